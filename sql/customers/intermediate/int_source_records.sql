-- Grain: one row per source record that describes a person.
-- The input of the identity stage: the keys that link records. A union here adds another system with customer
-- records.

select
    'crm_customers' as source,
    stg_crm_customers.customer_id as source_id,
    stg_crm_customers.email_key,
    stg_crm_customers.phone_key
from stg_crm_customers

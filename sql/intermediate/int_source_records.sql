-- Grain: one row per source record that describes a person.
-- What the identity stage reads: the keys by which records are tied to one another. Another system
-- with customer records is added here by a union.

select
    'crm_customers' as source,
    stg_crm_customers.customer_id as source_id,
    stg_crm_customers.email_key,
    stg_crm_customers.phone_key
from stg_crm_customers

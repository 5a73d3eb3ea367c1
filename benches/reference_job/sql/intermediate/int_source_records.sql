-- Grain: one row per CRM record.
-- Purpose: the input of the identity stage. Records that share a key are one person, transitively.
select
    'crm' as source,
    stg_customers.customer_id as source_id,
    stg_customers.email_key,
    stg_customers.phone_key
from stg_customers

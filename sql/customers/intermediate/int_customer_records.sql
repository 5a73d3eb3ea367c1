-- Grain: one row per CRM record.
-- The person of each CRM customer_id.

select
    resolved_identities.source_id as customer_id,
    int_persons.customer_no
from resolved_identities
inner join int_persons
    on resolved_identities.customer_key = int_persons.customer_key
where resolved_identities.source = 'crm_customers'

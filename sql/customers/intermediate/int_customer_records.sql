-- Grain: one row per CRM record.
-- The person of each CRM customer_id, and whether the record is the profile record (the one that the
-- company knew first).

select
    resolved_identities.source_id as customer_id,
    int_persons.customer_no,
    resolved_identities.source_id = resolved_identities.first_source_id as is_profile_record
from resolved_identities
inner join int_persons
    on resolved_identities.customer_key = int_persons.customer_key
where resolved_identities.source = 'crm_customers'

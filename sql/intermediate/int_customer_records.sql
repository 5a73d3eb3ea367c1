-- Grain: one row per CRM record.
-- Which person a CRM customer_id belongs to, and whether the record is the one whose profile is shown
-- (the record with the least source and source_id).

select
    customer_identities.source_id as customer_id,
    int_persons.customer_no,
    customer_identities.source_id = customer_identities.first_source_id as is_profile_record
from customer_identities
inner join int_persons
    on customer_identities.customer_key = int_persons.customer_key
where customer_identities.source = 'crm_customers'

-- Grain: one row per CRM record.
-- Purpose: the bridge from customer_id to the person's number.
select
    customer_identities.source_id as customer_id,
    int_persons.person_no
from int_persons
inner join customer_identities
    on int_persons.person_id = customer_identities.first_source_id

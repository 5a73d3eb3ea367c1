-- Grain: one row per CRM record, keyed by customer_id.
-- Purpose: which person each record belongs to; a person is named by its least customer_id.
select
    customer_identities.source_id as customer_id,
    customer_identities.first_source_id as person_id
from customer_identities

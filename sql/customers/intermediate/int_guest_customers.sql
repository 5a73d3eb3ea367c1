-- Grain: one row per transaction_id of a guest order whose person is known.
-- The person whom the e-mail address or the phone number of a guest order leads to.

select
    cast(resolved_identities.source_id as bigint) as transaction_id,
    int_persons.customer_no
from resolved_identities
inner join int_persons
    on resolved_identities.customer_key = int_persons.customer_key
where resolved_identities.source = 'transactions'

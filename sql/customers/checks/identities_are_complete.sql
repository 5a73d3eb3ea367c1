-- Law 5: each source record has exactly one customer_key, and each customer_key in customers has at least one source
-- record, and vice versa; records that belong to nobody are 'unidentified', and those of erased persons are not there.
-- Returns the records and keys that break this.

with records as (

    select
        int_source_records.source,
        int_source_records.source_id,
        1 as in_records,
        0 as in_identities
    from int_source_records

    union all

    select
        resolved_identities.source,
        resolved_identities.source_id,
        0 as in_records,
        1 as in_identities
    from resolved_identities

    union all

    select
        resolved_erasures.source,
        resolved_erasures.source_id,
        0 as in_records,
        1 as in_identities
    from resolved_erasures
    where resolved_erasures.source is not null

),

keys as (

    select
        resolved_identities.customer_key,
        1 as in_identities,
        0 as in_customers
    from resolved_identities
    where resolved_identities.customer_key <> 'unidentified'

    union all

    select
        customers.customer_key,
        0 as in_identities,
        1 as in_customers
    from customers

)

select
    records.source as broken,
    records.source_id as id,
    sum(records.in_records) as expected,
    sum(records.in_identities) as found
from records
group by
    records.source,
    records.source_id
having
    sum(records.in_records) <> 1
    or sum(records.in_identities) <> 1

union all

select
    'customer_key' as broken,
    keys.customer_key as id,
    1 as expected,
    sum(keys.in_customers) as found
from keys
group by keys.customer_key
having
    sum(keys.in_customers) <> 1
    or sum(keys.in_identities) = 0

-- Grain: one row per transaction_id with a line of an erased person, or of a guest order of one.
-- An order vanishes with all its lines and its returns, as do those that name nobody and those of an order that names
-- somebody else too, which belongs to nobody (int_orders).

with named as (

    select int_lines.transaction_id
    from int_erased_customers
    inner join int_lines
        on int_erased_customers.customer_id = int_lines.customer_id

    union all

    select cast(resolved_erasures.source_id as bigint) as transaction_id
    from resolved_erasures
    where resolved_erasures.source = 'transactions'

)

select named.transaction_id
from named
group by named.transaction_id

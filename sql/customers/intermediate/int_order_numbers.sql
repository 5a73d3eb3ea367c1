-- Grain: one row per order of a person.
-- The orders of each person numbered by time, then by transaction_id. Returns and orders of unidentified customers have
-- no number.

select
    int_orders.transaction_id,
    cast(
        row_number() over (
            partition by int_orders.customer_no
            order by int_orders.ordered_at, int_orders.transaction_id
        ) as bigint
    ) as order_number
from int_orders
where
    int_orders.is_order = 1
    and int_orders.customer_no > 0

-- Returns the orders and returns whose lines differ in channel, store or currency. The order has the first by name. No
-- amount depends on it, because each line is converted at its own rate.

select
    int_orders.transaction_id,
    int_orders.ordered_at,
    int_orders.lines
from int_orders
where not int_orders.lines_agree

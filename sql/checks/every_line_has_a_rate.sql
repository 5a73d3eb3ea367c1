-- No revenue is silently zero: each line's currency has an exchange rate. Returns the transactions with
-- a line that has none.

select
    int_orders.transaction_id,
    int_orders.ordered_at,
    int_orders.lines,
    int_orders.lines_with_rate
from int_orders
where int_orders.lines_with_rate < int_orders.lines

-- Each line's currency has an exchange rate, so that no revenue is silently zero. Returns the transactions with a
-- line without one.

select
    int_orders.transaction_id,
    int_orders.ordered_at,
    int_orders.lines,
    int_orders.lines_with_rate
from int_orders
where int_orders.lines_with_rate < int_orders.lines

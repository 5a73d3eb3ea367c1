-- Returns the months with lines of a product without a known unit cost. Their revenue counts, their margin does not.

select
    int_orders.month,
    sum(int_orders.lines) as lines,
    sum(int_orders.lines - int_orders.lines_with_cost) as lines_without_cost
from int_orders
group by int_orders.month
having sum(int_orders.lines - int_orders.lines_with_cost) > 0

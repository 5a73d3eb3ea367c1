-- Returns the months with lines of an unknown product. Their revenue counts, their cost of goods is missing.

select
    int_orders.month,
    sum(int_orders.lines) as lines,
    sum(int_orders.lines - int_orders.lines_with_cost) as lines_without_cost
from int_orders
group by int_orders.month
having sum(int_orders.lines - int_orders.lines_with_cost) > 0

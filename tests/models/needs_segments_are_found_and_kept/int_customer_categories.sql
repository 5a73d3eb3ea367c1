select
    int_orders.customer_no,
    int_orders.category,
    min(int_orders.ordered_date) as first_ordered_date
from int_orders
group by
    int_orders.customer_no,
    int_orders.category

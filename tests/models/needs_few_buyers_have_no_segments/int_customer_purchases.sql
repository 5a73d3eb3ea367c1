select
    int_orders.customer_no,
    min(int_orders.ordered_date) as first_purchase_date
from int_orders
group by int_orders.customer_no

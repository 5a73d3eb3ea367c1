select
    int_orders.customer_no,
    min(int_orders.ordered_at) as first_purchase_at,
    min(int_orders.ordered_date) as first_purchase_date
from int_orders
where int_orders.is_order = 1
group by int_orders.customer_no

select
    int_orders.customer_no,
    min(case when int_orders.is_order = 1 then int_orders.ordered_at end) as first_purchase_at
from int_orders
group by int_orders.customer_no

select
    int_orders.transaction_id,
    int_orders.is_order,
    int_orders.payment_cost_minor,
    int_orders.delivery_cost_minor,
    int_orders.costs_agree
from int_orders
order by
    int_orders.transaction_id,
    int_orders.is_order desc

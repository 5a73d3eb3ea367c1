select
    int_orders.transaction_id,
    int_orders.customer_no,
    int_orders.ordered_date,
    int_orders.month,
    int_orders.is_order,
    int_orders.lines,
    int_orders.lines_with_cost,
    int_orders.gross_minor,
    int_orders.discounts_minor,
    int_orders.returns_minor,
    int_orders.net_minor,
    int_orders.cost_of_goods_minor
from int_orders
order by int_orders.transaction_id

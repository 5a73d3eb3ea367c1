select
    int_orders.transaction_id,
    int_orders.gross_minor,
    int_orders.gross_minor - int_orders.discounts_minor as net_sale_minor
from int_orders
order by int_orders.transaction_id

select
    orders.order_key,
    orders.customer_key,
    orders.is_return,
    orders.ordered_date,
    orders.store_id,
    orders.order_number,
    orders.is_first_order,
    orders.discounts,
    orders.net_revenue,
    orders.cost_of_goods,
    orders.gross_margin,
    orders.lines_without_cost,
    order_lines.line_no,
    order_lines.returns,
    order_lines.net_revenue as line_net_revenue,
    order_lines.cost_of_goods as line_cost_of_goods,
    products.product_id,
    products.unit_cost,
    products.is_in_extract
from order_lines
inner join orders
    on order_lines.order_key = orders.order_key
left join products
    on order_lines.product_id = products.product_id
order by
    orders.order_key,
    order_lines.line_no

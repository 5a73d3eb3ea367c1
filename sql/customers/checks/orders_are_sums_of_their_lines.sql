-- Law 2: each order is the sum of its lines, each line is in an order, and an order has cost of goods if and only if
-- all of its lines have. Returns the orders that differ.

with sums as (

    select
        order_lines.order_key,
        count(*) as lines,
        count(order_lines.cost_of_goods) as lines_with_cost,
        sum(order_lines.gross_revenue) as gross_revenue,
        sum(order_lines.discounts) as discounts,
        sum(order_lines.returns) as returns,
        sum(order_lines.net_revenue) as net_revenue,
        sum(order_lines.cost_of_goods) as cost_of_goods
    from order_lines
    group by order_lines.order_key

)

select
    coalesce(orders.order_key, sums.order_key) as order_key,
    orders.lines,
    sums.lines as lines_found,
    orders.net_revenue,
    sums.net_revenue as lines_net_revenue,
    orders.cost_of_goods,
    sums.cost_of_goods as lines_cost_of_goods
from orders
full outer join sums
    on orders.order_key = sums.order_key
where
    orders.order_key is null
    or sums.order_key is null
    or orders.lines <> sums.lines
    or orders.lines_without_cost <> sums.lines - sums.lines_with_cost
    or orders.gross_revenue <> sums.gross_revenue
    or orders.discounts <> sums.discounts
    or orders.returns <> sums.returns
    or orders.net_revenue <> sums.net_revenue
    or (orders.lines_without_cost > 0) <> (orders.cost_of_goods is null)
    or (orders.lines_without_cost = 0 and coalesce(orders.cost_of_goods <> sums.cost_of_goods, true))

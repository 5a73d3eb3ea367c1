with lines as (

    select
        order_lines.order_key,
        string_agg(cast(order_lines.line_no as varchar), '+' order by order_lines.line_no) as line_numbers,
        sum(order_lines.net_revenue) as net_revenue
    from order_lines
    group by order_lines.order_key

)

select
    orders.order_key,
    orders.customer_key,
    orders.is_return,
    orders.ordered_at,
    orders.ordered_date,
    orders.channel,
    orders.store_id,
    orders.currency,
    orders.order_number,
    orders.gross_revenue,
    orders.returns,
    orders.net_revenue,
    orders.cost_of_goods,
    orders.lines,
    lines.line_numbers,
    lines.net_revenue as lines_net_revenue,
    int_orders.customers_agree,
    int_orders.currencies_agree,
    int_orders.times_agree,
    int_orders.places_agree
from orders
inner join lines
    on orders.order_key = lines.order_key
inner join int_orders
    on
        orders.transaction_id = int_orders.transaction_id
        and orders.ordered_at = int_orders.ordered_at
        and orders.is_return = (int_orders.is_order = 0)
order by
    orders.transaction_id,
    orders.ordered_at

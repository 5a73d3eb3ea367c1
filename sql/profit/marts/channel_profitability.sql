-- Grain: one row per month and channel with an order, a return or a contact; 'unknown' if none is given.
-- Revenue and cost of each channel: its orders and returns, and cost to serve of contacts, orders and returns in it.
-- Acquisition and programme cost have no channel, so contribution is before both.

with orders as (

    select
        int_orders.month,
        int_orders.channel,
        sum(int_orders.is_order) as orders,
        sum(int_orders.gross_minor) as gross_minor,
        sum(int_orders.discounts_minor) as discounts_minor,
        sum(int_orders.returns_minor) as returns_minor,
        sum(int_orders.net_minor) as net_minor,
        sum(int_orders.cost_of_goods_minor) as cost_of_goods_minor,
        sum(int_orders.payment_cost_minor) as payment_cost_minor,
        sum(int_orders.delivery_cost_minor) as delivery_cost_minor,
        0 as cost_to_serve_minor
    from int_orders
    group by
        int_orders.month,
        int_orders.channel

),

service as (

    select
        int_activity_sums.month,
        int_activity_sums.channel,
        0 as orders,
        0 as gross_minor,
        0 as discounts_minor,
        0 as returns_minor,
        0 as net_minor,
        0 as cost_of_goods_minor,
        0 as payment_cost_minor,
        0 as delivery_cost_minor,
        int_activity_sums.cost_minor as cost_to_serve_minor
    from int_activity_sums

),

together as (

    select * from orders

    union all

    select * from service

),

channels as (

    select
        together.month,
        coalesce(together.channel, 'unknown') as channel,
        sum(together.orders) as orders,
        sum(together.gross_minor) as gross_minor,
        sum(together.discounts_minor) as discounts_minor,
        sum(together.returns_minor) as returns_minor,
        sum(together.net_minor) as net_minor,
        sum(together.cost_of_goods_minor) as cost_of_goods_minor,
        sum(together.payment_cost_minor) as payment_cost_minor,
        sum(together.delivery_cost_minor) as delivery_cost_minor,
        sum(together.cost_to_serve_minor) as cost_to_serve_minor
    from together
    group by
        together.month,
        coalesce(together.channel, 'unknown')

)

select
    channels.month,
    channels.channel,
    channels.orders,
    money(channels.gross_minor) as gross_revenue,
    money(channels.discounts_minor) as discounts,
    money(channels.returns_minor) as returns,
    money(channels.net_minor) as net_revenue,
    money(channels.cost_of_goods_minor) as cost_of_goods,
    money(channels.net_minor - channels.cost_of_goods_minor) as gross_margin,
    money(channels.payment_cost_minor) as payment_cost,
    money(channels.delivery_cost_minor) as delivery_cost,
    money(channels.cost_to_serve_minor) as cost_to_serve,
    money(
        channels.net_minor
        - channels.cost_of_goods_minor
        - channels.payment_cost_minor
        - channels.delivery_cost_minor
        - channels.cost_to_serve_minor
    ) as contribution
from channels

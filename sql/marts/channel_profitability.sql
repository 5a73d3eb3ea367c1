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
    cast(cast(channels.gross_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as gross_revenue,
    cast(cast(channels.discounts_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as discounts,
    cast(cast(channels.returns_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as returns,
    cast(cast(channels.net_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as net_revenue,
    cast(
        cast(channels.cost_of_goods_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_of_goods,
    cast(
        cast(channels.net_minor - channels.cost_of_goods_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as gross_margin,
    cast(
        cast(channels.payment_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as payment_cost,
    cast(
        cast(channels.delivery_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as delivery_cost,
    cast(
        cast(channels.cost_to_serve_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve,
    cast(
        cast(
            channels.net_minor
            - channels.cost_of_goods_minor
            - channels.payment_cost_minor
            - channels.delivery_cost_minor
            - channels.cost_to_serve_minor as decimal(20, 0)
        ) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution
from channels

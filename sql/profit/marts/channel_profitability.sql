-- Grain: one row per month and channel with an order, a return or a contact; 'unknown' if none is given.
-- Revenue and cost of each channel: its orders and returns, and cost to serve of contacts, orders and returns in it.
-- Acquisition and programme cost have no channel, so contribution is before both. Cost, margin and contribution are
-- null where too little of the cost is known.

with orders as (

    select
        int_orders.month,
        int_orders.channel,
        sum(int_orders.is_order) as orders,
        sum(int_orders.gross_minor) as gross_minor,
        sum(int_orders.discounts_minor) as discounts_minor,
        sum(int_orders.returns_minor) as returns_minor,
        sum(int_orders.net_minor) as net_minor,
        sum(int_orders.costed_net_minor) as costed_net_minor,
        sum(int_orders.cost_of_goods_minor) as cost_of_goods_minor,
        sum(int_orders.payment_cost_minor) as payment_cost_minor,
        sum(int_orders.delivery_cost_minor) as delivery_cost_minor,
        sum(int_orders.lines) as lines,
        sum(int_orders.lines_with_cost) as lines_with_cost
    from int_orders
    group by
        int_orders.month,
        int_orders.channel

),

costs as (

    select
        int_activity_sums.month,
        int_activity_sums.channel,
        sum(int_activity_sums.cost_minor) as cost_to_serve_minor
    from int_activity_sums
    group by
        int_activity_sums.month,
        int_activity_sums.channel

),

services as (

    select
        int_activity_tariffs.month,
        int_activity_tariffs.channel,
        sum(int_activity_tariffs.events) as services,
        sum(case when int_activity_tariffs.minute_rate_e6 is null then int_activity_tariffs.events else 0 end)
            as services_without_rate
    from int_activity_tariffs
    group by
        int_activity_tariffs.month,
        int_activity_tariffs.channel

),

occurring as (

    select
        orders.month,
        orders.channel
    from orders

    union

    select
        services.month,
        services.channel
    from services

),

channels as (

    select
        occurring.month,
        coalesce(occurring.channel, 'unknown') as channel,
        sum(coalesce(orders.orders, 0)) as orders,
        sum(coalesce(orders.gross_minor, 0)) as gross_minor,
        sum(coalesce(orders.discounts_minor, 0)) as discounts_minor,
        sum(coalesce(orders.returns_minor, 0)) as returns_minor,
        sum(coalesce(orders.net_minor, 0)) as net_minor,
        sum(coalesce(orders.costed_net_minor, 0)) as costed_net_minor,
        sum(coalesce(orders.cost_of_goods_minor, 0)) as cost_of_goods_minor,
        sum(coalesce(orders.payment_cost_minor, 0)) as payment_cost_minor,
        sum(coalesce(orders.delivery_cost_minor, 0)) as delivery_cost_minor,
        sum(coalesce(orders.lines, 0)) as lines,
        sum(coalesce(orders.lines_with_cost, 0)) as lines_with_cost,
        sum(coalesce(costs.cost_to_serve_minor, 0)) as cost_to_serve_minor,
        sum(coalesce(services.services, 0)) as services,
        sum(coalesce(services.services_without_rate, 0)) as services_without_rate
    from occurring
    left join orders
        on
            (occurring.month is not distinct from orders.month)
            and (occurring.channel is not distinct from orders.channel)
    left join costs
        on
            (occurring.month is not distinct from costs.month)
            and (occurring.channel is not distinct from costs.channel)
    left join services
        on
            (occurring.month is not distinct from services.month)
            and (occurring.channel is not distinct from services.channel)
    group by
        occurring.month,
        coalesce(occurring.channel, 'unknown')

),

judged as (

    select
        channels.*,
        int_profit_basis.has_known_margin
        and channels.lines - channels.lines_with_cost <= channels.lines * int_profit_basis.tolerance
        and abs(channels.net_minor - channels.costed_net_minor)
        <= abs(channels.net_minor) * int_profit_basis.tolerance as has_known_margin,
        int_profit_basis.has_known_service
        and channels.services_without_rate <= channels.services * int_profit_basis.tolerance as has_known_service
    from channels
    cross join int_profit_basis

)

select
    judged.month,
    judged.channel,
    judged.orders,
    money(judged.gross_minor) as gross_revenue,
    money(judged.discounts_minor) as discounts,
    money(judged.returns_minor) as returns,
    money(judged.net_minor) as net_revenue,
    money(judged.net_minor - judged.costed_net_minor) as net_revenue_without_cost,
    case when judged.has_known_margin then money(judged.cost_of_goods_minor) end as cost_of_goods,
    case when judged.has_known_margin then money(judged.costed_net_minor - judged.cost_of_goods_minor) end
        as gross_margin,
    money(judged.payment_cost_minor) as payment_cost,
    money(judged.delivery_cost_minor) as delivery_cost,
    case when judged.has_known_service then money(judged.cost_to_serve_minor) end as cost_to_serve,
    case
        when judged.has_known_margin and judged.has_known_service
            then
                money(
                    judged.costed_net_minor
                    - judged.cost_of_goods_minor
                    - judged.payment_cost_minor
                    - judged.delivery_cost_minor
                    - judged.cost_to_serve_minor
                )
    end as contribution,
    cast(judged.lines_with_cost as double) / nullif(cast(judged.lines as double), 0.0) as known_cost_share,
    cast(judged.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from judged

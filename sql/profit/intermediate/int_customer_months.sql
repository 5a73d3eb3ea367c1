-- Grain: one row per person (0: unidentified) and month with an order, a return, a contact or a redemption of points.
-- Orders, service costs and redemptions in one narrow table, grouped once; money in minor units. Activities without a
-- column are in other_minor. Lines and services of unknown cost are counted; costed_net is the net of the other lines.

with events as (

    select
        int_orders.customer_no,
        int_orders.month,
        int_orders.is_order as orders,
        int_orders.gross_minor,
        int_orders.discounts_minor,
        int_orders.returns_minor,
        int_orders.net_minor,
        int_orders.costed_net_minor,
        int_orders.cost_of_goods_minor,
        int_orders.payment_cost_minor,
        int_orders.delivery_cost_minor,
        int_orders.lines,
        int_orders.lines - int_orders.lines_with_cost as lines_without_cost,
        cast(null as varchar) as activity,
        0 as cost_to_serve_minor,
        0 as programme_cost_minor,
        0 as interactions,
        0 as services,
        0 as services_without_rate
    from int_orders

    union all

    select
        int_activity_events.customer_no,
        int_activity_events.month,
        0 as orders,
        0 as gross_minor,
        0 as discounts_minor,
        0 as returns_minor,
        0 as net_minor,
        0 as costed_net_minor,
        0 as cost_of_goods_minor,
        0 as payment_cost_minor,
        0 as delivery_cost_minor,
        0 as lines,
        0 as lines_without_cost,
        int_activity_events.activity,
        coalesce(int_activity_events.cost_minor, 0) as cost_to_serve_minor,
        0 as programme_cost_minor,
        int_activity_events.contacts as interactions,
        1 as services,
        case when int_activity_events.cost_minor is null then 1 else 0 end as services_without_rate
    from int_activity_events

    union all

    select
        int_loyalty_events.customer_no,
        int_loyalty_events.month,
        0 as orders,
        0 as gross_minor,
        0 as discounts_minor,
        0 as returns_minor,
        0 as net_minor,
        0 as costed_net_minor,
        0 as cost_of_goods_minor,
        0 as payment_cost_minor,
        0 as delivery_cost_minor,
        0 as lines,
        0 as lines_without_cost,
        cast(null as varchar) as activity,
        0 as cost_to_serve_minor,
        int_loyalty_events.programme_cost_minor,
        0 as interactions,
        0 as services,
        0 as services_without_rate
    from int_loyalty_events
    where int_loyalty_events.kind = 'redeem'

),

sums as (

    select
        events.customer_no,
        events.month,
        sum(events.orders) as orders,
        sum(events.gross_minor) as gross_minor,
        sum(events.discounts_minor) as discounts_minor,
        sum(events.returns_minor) as returns_minor,
        sum(events.net_minor) as net_minor,
        sum(events.costed_net_minor) as costed_net_minor,
        sum(events.cost_of_goods_minor) as cost_of_goods_minor,
        sum(events.payment_cost_minor) as payment_cost_minor,
        sum(events.delivery_cost_minor) as delivery_cost_minor,
        sum(events.lines) as lines,
        sum(events.lines_without_cost) as lines_without_cost,
        sum(events.cost_to_serve_minor) as cost_to_serve_minor,
        sum(case when events.activity = 'phone' then events.cost_to_serve_minor else 0 end) as phone_minor,
        sum(case when events.activity = 'chat' then events.cost_to_serve_minor else 0 end) as chat_minor,
        sum(case when events.activity = 'email' then events.cost_to_serve_minor else 0 end) as email_minor,
        sum(case when events.activity = 'store' then events.cost_to_serve_minor else 0 end) as store_minor,
        sum(case when events.activity = 'web' then events.cost_to_serve_minor else 0 end) as web_minor,
        sum(case when events.activity = 'app' then events.cost_to_serve_minor else 0 end) as app_minor,
        sum(case when events.activity = 'returns_handling' then events.cost_to_serve_minor else 0 end)
            as returns_handling_minor,
        sum(events.programme_cost_minor) as programme_cost_minor,
        sum(events.interactions) as interactions,
        sum(events.services) as services,
        sum(events.services_without_rate) as services_without_rate
    from events
    group by
        events.customer_no,
        events.month

)

select
    sums.customer_no,
    sums.month,
    sums.orders,
    sums.gross_minor,
    sums.discounts_minor,
    sums.returns_minor,
    sums.net_minor,
    sums.costed_net_minor,
    sums.cost_of_goods_minor,
    sums.payment_cost_minor,
    sums.delivery_cost_minor,
    sums.lines,
    sums.lines_without_cost,
    sums.cost_to_serve_minor,
    sums.phone_minor,
    sums.chat_minor,
    sums.email_minor,
    sums.store_minor,
    sums.web_minor,
    sums.app_minor,
    sums.returns_handling_minor,
    sums.cost_to_serve_minor
    - sums.phone_minor
    - sums.chat_minor
    - sums.email_minor
    - sums.store_minor
    - sums.web_minor
    - sums.app_minor
    - sums.returns_handling_minor
        as other_minor,
    sums.programme_cost_minor,
    sums.interactions,
    sums.services,
    sums.services_without_rate
from sums

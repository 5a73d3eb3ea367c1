-- Grain: one row per person (0: unidentified) and month with an order, a return, a contact or a redemption of points.
-- Orders, service costs and redemptions in one narrow table, grouped once; money in minor units. Activity numbers are
-- those of int_activity_tariffs.

with activity as (

    select
        int_orders.customer_no,
        int_orders.month,
        int_orders.is_order as orders,
        int_orders.gross_minor,
        int_orders.discounts_minor,
        int_orders.returns_minor,
        int_orders.net_minor,
        int_orders.cost_of_goods_minor,
        int_orders.payment_cost_minor,
        int_orders.delivery_cost_minor,
        0 as activity_no,
        0 as cost_to_serve_minor,
        0 as programme_cost_minor,
        0 as interactions
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
        0 as cost_of_goods_minor,
        0 as payment_cost_minor,
        0 as delivery_cost_minor,
        int_activity_events.activity_no,
        coalesce(int_activity_events.cost_minor, 0) as cost_to_serve_minor,
        0 as programme_cost_minor,
        int_activity_events.contacts as interactions
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
        0 as cost_of_goods_minor,
        0 as payment_cost_minor,
        0 as delivery_cost_minor,
        0 as activity_no,
        0 as cost_to_serve_minor,
        int_loyalty_events.programme_cost_minor,
        0 as interactions
    from int_loyalty_events
    where int_loyalty_events.kind = 'redeem'

)

select
    activity.customer_no,
    activity.month,
    sum(activity.orders) as orders,
    sum(activity.gross_minor) as gross_minor,
    sum(activity.discounts_minor) as discounts_minor,
    sum(activity.returns_minor) as returns_minor,
    sum(activity.net_minor) as net_minor,
    sum(activity.cost_of_goods_minor) as cost_of_goods_minor,
    sum(activity.payment_cost_minor) as payment_cost_minor,
    sum(activity.delivery_cost_minor) as delivery_cost_minor,
    sum(activity.cost_to_serve_minor) as cost_to_serve_minor,
    sum(case when activity.activity_no = 1 then activity.cost_to_serve_minor else 0 end) as phone_minor,
    sum(case when activity.activity_no = 2 then activity.cost_to_serve_minor else 0 end) as chat_minor,
    sum(case when activity.activity_no = 3 then activity.cost_to_serve_minor else 0 end) as email_minor,
    sum(case when activity.activity_no = 4 then activity.cost_to_serve_minor else 0 end) as store_minor,
    sum(case when activity.activity_no = 5 then activity.cost_to_serve_minor else 0 end) as web_minor,
    sum(case when activity.activity_no = 6 then activity.cost_to_serve_minor else 0 end) as app_minor,
    sum(case when activity.activity_no = 7 then activity.cost_to_serve_minor else 0 end) as returns_handling_minor,
    sum(case when activity.activity_no = 8 then activity.cost_to_serve_minor else 0 end) as other_minor,
    sum(activity.programme_cost_minor) as programme_cost_minor,
    sum(activity.interactions) as interactions
from activity
group by
    activity.customer_no,
    activity.month

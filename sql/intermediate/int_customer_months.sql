-- Grain: one row per person (0: nobody known) and month with an order, a return or a contact.
-- Orders and contacts in one narrow table, grouped once; money in minor units.

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
        0 as cost_to_serve_minor,
        0 as interactions
    from int_orders

    union all

    select
        int_contacts.customer_no,
        int_contacts.month,
        0 as orders,
        0 as gross_minor,
        0 as discounts_minor,
        0 as returns_minor,
        0 as net_minor,
        0 as cost_of_goods_minor,
        coalesce(int_contacts.service_cost_minor, 0) as cost_to_serve_minor,
        1 as interactions
    from int_contacts

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
    sum(activity.cost_to_serve_minor) as cost_to_serve_minor,
    sum(activity.interactions) as interactions
from activity
group by
    activity.customer_no,
    activity.month

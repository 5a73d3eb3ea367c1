-- Grain: one row per person and channel used.
-- Number of orders and contacts of a person by channel; weight ranks the channels of a person by orders, then by
-- contacts.

with activity as (

    select
        int_orders.customer_no,
        int_orders.channel,
        int_orders.is_order as orders,
        0 as contacts
    from int_orders
    where int_orders.customer_no > 0

    union all

    select
        int_contacts.customer_no,
        int_contacts.channel,
        0 as orders,
        1 as contacts
    from int_contacts
    where int_contacts.customer_no > 0

)

select
    activity.customer_no,
    activity.channel,
    sum(activity.orders) * 4294967296 + sum(activity.contacts) as weight
from activity
where activity.channel is not null
group by
    activity.customer_no,
    activity.channel

-- Grain: one row per person with an order or a contact.
-- The person's main channel (most orders, then most contacts, then the first by name) and number of contacts.

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

),

channels as (

    select
        activity.customer_no,
        activity.channel,
        sum(activity.orders) as orders,
        sum(activity.contacts) as contacts
    from activity
    group by
        activity.customer_no,
        activity.channel

)

select
    channels.customer_no,
    first_value(channels.channel order by channels.orders desc, channels.contacts desc, channels.channel) filter (
        where channels.channel is not null
    ) as primary_channel,
    sum(channels.contacts) as interactions
from channels
group by channels.customer_no

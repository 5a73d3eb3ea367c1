-- Grain: one row per person with an order, a return or a contact.
-- The person's main channel (most orders, then most contacts of their own, then the first by name; null if all is what
-- the company sent), and the number of contacts by who made them.

with activity as (

    select
        int_orders.customer_no,
        int_orders.channel,
        int_orders.is_order as orders,
        1 as own_events,
        0 as own_contacts,
        0 as company_contacts,
        0 as contacts
    from int_orders
    where int_orders.customer_no > 0

    union all

    select
        int_contacts.customer_no,
        int_contacts.channel,
        0 as orders,
        case when int_contacts.direction = 'customer' then 1 else 0 end as own_events,
        case when int_contacts.direction = 'customer' then 1 else 0 end as own_contacts,
        case when int_contacts.direction = 'company' then 1 else 0 end as company_contacts,
        1 as contacts
    from int_contacts
    where int_contacts.customer_no > 0

),

channels as (

    select
        activity.customer_no,
        activity.channel,
        sum(activity.orders) as orders,
        sum(activity.own_events) as own_events,
        sum(activity.own_contacts) as own_contacts,
        sum(activity.company_contacts) as company_contacts,
        sum(activity.contacts) as contacts
    from activity
    group by
        activity.customer_no,
        activity.channel

)

select
    channels.customer_no,
    first_value(channels.channel order by channels.orders desc, channels.own_contacts desc, channels.channel) filter (
        where
        channels.channel is not null
        and channels.own_events > 0
    ) as primary_channel,
    sum(channels.own_contacts) as contacts_by_customer,
    sum(channels.company_contacts) as contacts_by_company,
    sum(channels.contacts) as interactions
from channels
group by channels.customer_no

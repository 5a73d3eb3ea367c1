-- Grain: one row per channel of an order, a return or a contact.
-- The channels that occur, and what they are used for.

with used as (

    select
        int_orders.channel,
        true as has_orders,
        false as has_contacts
    from int_orders
    where int_orders.channel is not null
    group by int_orders.channel

    union all

    select
        int_contacts.channel,
        false as has_orders,
        true as has_contacts
    from int_contacts
    where int_contacts.channel is not null
    group by int_contacts.channel

)

select
    used.channel,
    bool_or(used.has_orders) as has_orders,
    bool_or(used.has_contacts) as has_contacts
from used
group by used.channel

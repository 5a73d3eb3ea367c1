-- Grain: one row per person with an order or a contact.
-- The person's main channel: most orders, then most contacts, then the first by name.

with most_used as (

    select
        int_channel_use.customer_no,
        max(int_channel_use.weight) as weight
    from int_channel_use
    group by int_channel_use.customer_no

)

select
    int_channel_use.customer_no,
    min(int_channel_use.channel) as primary_channel
from int_channel_use
inner join most_used
    on
        int_channel_use.customer_no = most_used.customer_no
        and int_channel_use.weight = most_used.weight
group by int_channel_use.customer_no

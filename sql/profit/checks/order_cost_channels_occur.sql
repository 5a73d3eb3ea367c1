-- Returns the channels in the lookup order_costs without any event. Catches misspelt channels.

with occurring as (

    select int_orders.channel
    from int_orders

    union

    select int_contacts.channel
    from int_contacts

)

select order_costs.channel
from order_costs
left join occurring
    on order_costs.channel = occurring.channel
where occurring.channel is null

-- Payment and delivery cost is known for each order: returns the channels with orders that the lookup
-- order_costs does not have, whose orders cost neither.

select
    channel_profitability.channel,
    sum(channel_profitability.orders) as orders
from channel_profitability
left join order_costs
    on channel_profitability.channel = order_costs.channel
where order_costs.channel is null
group by channel_profitability.channel
having sum(channel_profitability.orders) > 0

-- Returns the channels with orders that are missing from the lookup order_costs. Their orders have no payment or
-- delivery cost.

select
    channel_profitability.channel,
    sum(channel_profitability.orders) as orders
from channel_profitability
left join order_costs
    on channel_profitability.channel = order_costs.channel
where order_costs.channel is null
group by channel_profitability.channel
having sum(channel_profitability.orders) > 0

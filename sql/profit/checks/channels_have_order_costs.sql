-- Returns the channels with orders that are missing from the lookup order_costs, unless the extract gives the cost of
-- each order. Their orders have no payment or delivery cost.

select
    int_orders.channel,
    count(*) as orders
from int_orders
left join order_costs
    on int_orders.channel = order_costs.channel
where
    order_costs.channel is null
    and int_orders.is_order = 1
    and not (int_orders.has_payment_cost and int_orders.has_delivery_cost)
group by int_orders.channel

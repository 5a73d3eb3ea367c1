-- Returns the channels in the lookup order_costs with a payment share outside 0 to 1 or a negative fee.

select
    order_costs.channel,
    order_costs.payment_share,
    order_costs.payment_fee,
    order_costs.delivery_fee
from order_costs
where
    order_costs.payment_share < 0
    or order_costs.payment_share > 1
    or order_costs.payment_fee < 0
    or order_costs.delivery_fee < 0

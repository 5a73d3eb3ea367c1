-- Grain: one row per order, its value in the base currency.

select
    orders.order_id,
    orders.member_id,
    orders.ordered_at,
    cast(
        orders.quantity * orders.unit_price * case orders.currency when 'EUR' then $exchange_rate_eur else 1.00 end
        as decimal(18, 2)
    ) as revenue
from orders

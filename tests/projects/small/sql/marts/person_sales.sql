-- Grain: one row per person with an order.

select
    int_person_orders.customer_key,
    count(*) as orders,
    cast(sum(int_person_orders.revenue) as decimal(18, 2)) as revenue,
    max(int_person_orders.ordered_at) as last_ordered_at,
    count(*) filter (where int_person_orders.revenue >= $large_order) as large_orders
from int_person_orders
group by int_person_orders.customer_key

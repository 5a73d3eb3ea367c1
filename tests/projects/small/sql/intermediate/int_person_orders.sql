-- Grain: one row per order, with the person who made it.

select
    stg_orders.order_id,
    coalesce(member_identities.customer_key, 'nobody') as customer_key,
    stg_orders.ordered_at,
    stg_orders.revenue
from stg_orders
left join member_identities on member_identities.source_id = stg_orders.member_id

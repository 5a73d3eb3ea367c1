select
    1 as customer_no,
    timestamp '2025-01-01 12:00:00' as first_purchase_at,
    date '2025-01-01' as first_purchase_date,
    timestamp '2025-01-01 12:00:00' as last_purchase_at,
    date '2025-01-01' as last_purchase_date,
    1 as order_count,
    100 as net_minor

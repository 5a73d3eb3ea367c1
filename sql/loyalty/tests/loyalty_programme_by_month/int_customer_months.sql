select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.month as date) as month,
    cast(t.orders as bigint) as orders,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    (1, '2024-10-01', 1, 1000),
    (3, '2024-12-01', 1, 10000),
    (3, '2025-04-01', 1, 5000),
    (5, '2025-04-01', 2, 2000),
    (0, '2025-04-01', 1, 99900),
    -- A return alone is not an activity
    (2, '2025-05-01', 0, -500),
    (6, '2025-12-01', 1, 30000)
) as t (customer_no, month, orders, net_minor)

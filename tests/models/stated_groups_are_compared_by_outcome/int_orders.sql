-- All but 14 bought for 1.00 half a year before. 5 buys again at the last instant of the window, 8 one second late. 12
-- returns goods.
select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.is_order,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    (1, '2023-12-01T10:00:00', 1, 100), (2, '2023-12-01T10:00:00', 1, 100), (3, '2023-12-01T10:00:00', 1, 100),
    (4, '2023-12-01T10:00:00', 1, 100), (5, '2023-12-01T10:00:00', 1, 100), (6, '2023-12-01T10:00:00', 1, 100),
    (7, '2023-12-01T10:00:00', 1, 100), (8, '2023-12-01T10:00:00', 1, 100), (9, '2023-12-01T10:00:00', 1, 100),
    (10, '2023-12-01T10:00:00', 1, 100), (11, '2023-12-01T10:00:00', 1, 100), (12, '2023-12-01T10:00:00', 1, 100),
    (13, '2023-12-01T10:00:00', 1, 100),
    (1, '2024-09-01T10:00:00', 1, 200), (2, '2024-09-01T10:00:00', 1, 200), (3, '2024-09-01T10:00:00', 1, 200),
    (4, '2024-09-01T10:00:00', 1, 50),
    (5, '2025-06-01T10:00:00', 1, 100),
    (7, '2024-09-01T10:00:00', 1, 150),
    (8, '2025-06-01T10:00:01', 1, 900),
    -- Before the answer, and at the same instant
    (9, '2024-06-01T10:00:00', 1, 100),
    (12, '2024-09-01T10:00:00', 0, -20)
) as t (customer_no, ordered_at, is_order, net_minor)

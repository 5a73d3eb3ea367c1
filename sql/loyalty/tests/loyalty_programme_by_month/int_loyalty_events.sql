select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    cast(date_trunc('month', cast(t.local_date as date)) as date) as month,
    t.kind,
    cast(t.points as bigint) as points,
    case when t.kind = 'redeem' then cast(t.points as bigint) * 10 else 0 end as programme_cost_minor
from (
    values
    (1, '2025-01-10T12:00:00', '2025-01-10', 'join', 0),
    (1, '2025-03-05T12:00:00', '2025-03-05', 'leave', 0),
    (1, '2025-03-20T12:00:00', '2025-03-20', 'join', 0),
    -- The first instant of February, local time; a second leave does not count
    (3, '2025-01-31T23:00:00', '2025-02-01', 'leave', 0),
    (3, '2025-06-01T12:00:00', '2025-06-01', 'leave', 0),
    (4, '2025-01-15T12:00:00', '2025-01-15', 'earn', 40),
    (6, '2024-11-06T12:00:00', '2024-11-06', 'earn', 100),
    (6, '2025-02-06T12:00:00', '2025-02-06', 'earn', 50),
    (6, '2025-03-06T12:00:00', '2025-03-06', 'redeem', 30),
    (6, '2025-12-06T12:00:00', '2025-12-06', 'redeem', 100),
    (0, '2025-01-20T12:00:00', '2025-01-20', 'earn', 7)
) as t (customer_no, occurred_at, local_date, kind, points)

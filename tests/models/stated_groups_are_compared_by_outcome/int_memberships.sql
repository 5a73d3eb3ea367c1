-- 7 left after the window; 6 joined after the answer.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(arrow_cast(t.joined_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as joined_at,
    cast(arrow_cast(t.left_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (1, '2024-01-01T10:00:00', '2024-10-01T10:00:00'),
    (1, '2024-11-01T10:00:00', null),
    (2, '2024-01-01T10:00:00', null), (3, '2024-01-01T10:00:00', null), (4, '2024-01-01T10:00:00', null),
    (5, '2024-01-01T10:00:00', null), (6, '2025-01-01T10:00:00', null),
    (7, '2024-01-01T10:00:00', '2025-07-01T10:00:00'),
    (8, '2024-01-01T10:00:00', null), (9, '2024-01-01T10:00:00', null), (11, '2024-01-01T10:00:00', null),
    (10, '2024-01-01T10:00:00', '2024-12-01T10:00:00')
) as t (customer_no, joined_at, left_at)

-- Members at the end of 31 December 2024, local time (23:00 UTC): 1 to 6. 7 joined at the next instant, 8 left at
-- exactly that time, 9 was a member earlier.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(arrow_cast(t.joined_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as joined_at,
    cast(arrow_cast(t.left_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (1, '2024-01-01T12:00:00', cast(null as varchar)),
    (2, '2024-12-31T22:59:59', null),
    (3, '2024-01-01T12:00:00', '2025-06-01T12:00:00'),
    (4, '2024-01-01T12:00:00', '2024-12-31T23:00:00'),
    (5, '2024-01-01T12:00:00', null),
    (6, '2024-01-01T12:00:00', null),
    (7, '2024-12-31T23:00:00', null),
    (8, '2024-01-01T12:00:00', '2024-12-31T22:59:59'),
    (9, '2024-01-01T12:00:00', '2024-02-01T12:00:00')
) as t (customer_no, joined_at, left_at)

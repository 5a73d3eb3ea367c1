-- 1 complained before the answer, 13 afterwards at another touchpoint.
select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    t.touchpoint
from (
    values
    (1, '2024-05-31T10:00:00', 'complaint'),
    (2, '2024-07-01T10:00:00', 'complaint'),
    (11, '2024-07-01T10:00:00', 'complaint'),
    (11, '2024-08-01T10:00:00', 'complaint'),
    (12, '2024-08-01T10:00:00', 'complaint'),
    (13, '2024-08-01T10:00:00', 'help_pages')
) as t (customer_no, occurred_at, touchpoint)

-- 1 complained before the answer, 13 afterwards at another touchpoint, and the company wrote to 13 about a complaint.
select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    t.touchpoint,
    t.direction
from (
    values
    (1, '2024-05-31T10:00:00', 'complaint', 'customer'),
    (2, '2024-07-01T10:00:00', 'complaint', 'customer'),
    (11, '2024-07-01T10:00:00', 'complaint', 'customer'),
    (11, '2024-08-01T10:00:00', 'complaint', 'customer'),
    (12, '2024-08-01T10:00:00', 'complaint', 'customer'),
    (13, '2024-08-01T10:00:00', 'help_pages', 'customer'),
    (13, '2024-08-02T10:00:00', 'complaint', 'company')
) as t (customer_no, occurred_at, touchpoint, direction)

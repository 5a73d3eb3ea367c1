select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    cast(t.is_two_way as bigint) as is_two_way,
    t.direction
from (
    values
    (1, '2024-02-01', 0, 'customer'), (1, '2024-03-01', 0, 'customer'), (1, '2024-04-01', 1, 'customer'),
    -- What the company sends begins no stage, even where an employee wrote it
    (1, '2024-01-15', 0, 'company'), (1, '2024-01-16', 1, 'company'), (1, '2024-02-15', 1, 'company'),
    (4, '2025-06-01', 0, 'customer'), (4, '2025-11-01', 1, 'customer'),
    -- Mail every month to people who do nothing: one is known, the other becomes at risk
    (5, '2025-03-01', 0, 'company'), (5, '2025-04-01', 1, 'company'), (5, '2025-05-01', 0, 'company'),
    (6, '2025-03-01', 0, 'company'), (6, '2025-05-01', 1, 'company'), (6, '2025-07-01', 0, 'company'),
    (6, '2025-09-01', 0, 'company'), (6, '2025-11-01', 0, 'company'),
    -- A contact at the instant of the first order is part of it
    (7, '2025-08-01', 1, 'customer'),
    (11, '2025-11-05', 0, 'customer')
) as t (customer_no, occurred_at, is_two_way, direction)

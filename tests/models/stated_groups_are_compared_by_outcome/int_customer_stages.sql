-- 9 was lapsed and came back before the window ended; 10 came back later.
select
    cast(t.customer_no as bigint) as customer_no,
    t.stage,
    cast(arrow_cast(t.entered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(arrow_cast(t.left_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (8, 'lapsed', '2025-01-01T10:00:00', cast(null as varchar)),
    (9, 'lapsed', '2024-12-01T10:00:00', '2025-05-01T10:00:00'),
    (9, 'use', '2025-05-01T10:00:00', null),
    (10, 'lapsed', '2025-05-01T10:00:00', '2025-07-01T10:00:00'),
    (10, 'won_back', '2025-07-01T10:00:00', null)
) as t (customer_no, stage, entered_at, left_at)

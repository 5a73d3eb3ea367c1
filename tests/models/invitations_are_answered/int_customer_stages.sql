select
    cast(t.customer_no as bigint) as customer_no,
    t.stage,
    cast(arrow_cast(t.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(arrow_cast(t.left_at, 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (1, 'use', '2024-01-01T00:00:00', '2025-03-01T10:00:00'), (1, 'lapsed', '2025-03-01T10:00:00', null)
) as t (customer_no, stage, entered_at, left_at)

select
    cast(t.customer_no as bigint) as customer_no,
    t.stage,
    t.previous_stage,
    cast(arrow_cast(t.entered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(arrow_cast(t.left_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (1, 'awareness', 'none', '2025-01-01T12:00:00', null)
) as t (customer_no, stage, previous_stage, entered_at, left_at)

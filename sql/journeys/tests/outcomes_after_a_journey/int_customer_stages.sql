select
    cast(t.customer_no as bigint) as customer_no,
    t.stage,
    t.previous_stage,
    cast(arrow_cast(t.entered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(arrow_cast(t.left_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    -- The call is the first event, and it ended a silence
    (1, 'discovery', 'none', '2025-01-01T12:00:00', null),
    (2, 'at_risk', 'none', '2024-01-01T12:00:00', '2025-01-03T12:00:00'),
    (2, 'cultivation', 'at_risk', '2025-01-03T12:00:00', null)
) as t (customer_no, stage, previous_stage, entered_at, left_at)

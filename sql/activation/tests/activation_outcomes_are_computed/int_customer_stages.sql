select
    cast(t.customer_no as bigint) as customer_no,
    t.stage,
    cast(arrow_cast(t.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(arrow_cast(t.left_at, 'Timestamp(Microsecond, Some("UTC"))') as bigint) as left_at
from (
    values
    (1, 'purchase', '2025-01-01T12:00:00Z', null),
    -- Left on the last day of the window, for at_risk.
    (2, 'use', '2025-01-01T12:00:00Z', '2025-12-01T10:00:00Z'),
    (2, 'at_risk', '2025-12-01T10:00:00Z', null),
    (3, 'lapsed', '2025-01-01T12:00:00Z', '2025-12-01T10:00:00Z'),
    (3, 'won_back', '2025-12-01T10:00:00Z', null),
    (4, 'at_risk', '2025-01-01T12:00:00Z', null),
    (5, 'use', '2025-01-01T12:00:00Z', '2025-12-02T10:00:00Z'),
    (6, 'cultivation', '2025-01-01T12:00:00Z', null),
    (7, 'use', '2025-01-01T12:00:00Z', null),
    (8, 'use', '2025-01-01T12:00:00Z', null),
    (9, 'lapsed', '2025-01-01T12:00:00Z', null),
    (10, 'use', '2025-12-02T12:00:00Z', null)
) as t (customer_no, stage, entered_at, left_at)

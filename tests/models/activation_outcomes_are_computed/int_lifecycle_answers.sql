select
    cast(t.customer_no as bigint) as customer_no,
    cast(arrow_cast(t.answered_at, 'Timestamp(Microsecond, Some("UTC"))') as bigint) as at,
    case when t.is_promoter then 'promoter' else 'passive' end as nps_group
from (
    values
    (2, '2025-11-10T12:00:00Z', true),
    (3, '2025-11-10T12:00:00Z', false),
    -- 00:30 local time on the day after the window.
    (4, '2025-12-01T23:30:00Z', true),
    (7, '2025-10-10T12:00:00Z', true)
) as t (customer_no, answered_at, is_promoter)

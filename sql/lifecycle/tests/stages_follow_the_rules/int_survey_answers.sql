select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.responded_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    cast(t.nps as bigint) as nps
from (
    values
    (1, 3, '2025-10-10', 'relationship', 8), (2, 3, '2025-10-10', 'relationship', 9),
    (3, 3, '2025-10-20', 'touchpoint', 0), (4, 3, '2025-11-01', 'relationship', 6),
    -- An answer before the first order says nothing about use
    (5, 10, '2025-07-01', 'touchpoint', null), (6, 10, '2025-08-11', 'touchpoint', null),
    (7, null, '2025-08-02', 'touchpoint', null)
) as t (response_id, customer_no, responded_at, survey_type, nps)

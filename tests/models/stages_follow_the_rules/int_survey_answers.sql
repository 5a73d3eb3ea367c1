select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.responded_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    cast(t.nps as bigint) as nps
from (
    values
    (1, 3, '2025-10-10', 'relationship', 8), (2, 3, '2025-10-10', 'relationship', 9),
    (3, 3, '2025-10-20', 'touchpoint', 0), (4, 3, '2025-11-01', 'relationship', 6)
) as t (response_id, customer_no, responded_at, survey_type, nps)

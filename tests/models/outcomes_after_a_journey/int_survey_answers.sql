select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    cast(t.customer_no as bigint) as respondent_no,
    arrow_cast(t.responded_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    cast(null as varchar) as journey,
    t.touchpoint,
    cast(null as bigint) as order_id,
    cast(t.nps as bigint) as nps,
    cast(t.csat as bigint) as csat,
    cast(t.ces as bigint) as ces
from (
    values
    (1, 1, '2025-01-02T12:00:00', 'touchpoint', 'call', 7, 2, null),
    (2, 1, '2025-01-05T12:00:00', 'touchpoint', 'call', 10, 5, 4),
    (3, 1, '2025-01-06T12:00:00', 'relationship', null, 0, null, null)
) as t (response_id, customer_no, responded_at, survey_type, touchpoint, nps, csat, ces)

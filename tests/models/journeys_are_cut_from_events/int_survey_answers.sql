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
    (1, 1, '2025-01-01T12:30:00', 'relationship', null, 9, null, null)
) as t (response_id, customer_no, responded_at, survey_type, touchpoint, nps, csat, ces)

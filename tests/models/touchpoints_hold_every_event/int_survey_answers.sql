select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.responded_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    t.touchpoint,
    cast(t.nps as bigint) as nps,
    cast(t.csat as bigint) as csat,
    cast(t.ces as bigint) as ces
from (
    values
    -- Two answers about one contact: the later one's scores count; one answer without a contact; one about no
    -- touchpoint
    (7, 1, '2025-01-06T12:00:00', 'touchpoint', 'parcel', 2, 3, null),
    (8, 1, '2025-01-07T12:00:00', 'touchpoint', 'parcel', null, 5, 6),
    (9, 2, '2025-01-08T12:00:00', 'touchpoint', 'parcel', 9, null, null),
    (10, 1, '2025-01-09T12:00:00', 'relationship', null, 10, null, null),
    (11, null, '2025-01-09T12:00:00', 'touchpoint', 'parcel', 1, null, null)
) as t (response_id, customer_no, responded_at, survey_type, touchpoint, nps, csat, ces)

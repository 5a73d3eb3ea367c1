select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    cast(t.customer_no as bigint) as respondent_no,
    arrow_cast(t.responded_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    case when t.journey is null then 'relationship' else 'touchpoint' end as survey_type,
    t.journey,
    t.touchpoint,
    cast(t.nps as bigint) as nps,
    cast(t.csat as bigint) as csat,
    cast(t.ces as bigint) as ces,
    cast(t.satisfaction as bigint) as satisfaction,
    cast(t.satisfaction as bigint) as expectation,
    cast(t.ideal as bigint) as ideal,
    cast(t.trust as bigint) as trust,
    cast(null as bigint) as emotion
from (
    values
    -- 1: the latest relationship answer counts, with the answers before it: csat, else ces, else nps
    (1, 1, '2024-05-01', null, null, 2, null, null, null, null, 3),
    (2, 1, '2025-06-01', null, null, 9, null, null, null, null, 8),
    (3, 1, '2025-05-01', 'support', 'call', null, 5, null, null, null, null),
    (4, 1, '2025-05-10', 'support', 'chat', 3, null, 4, null, null, null),
    (5, 1, '2025-05-20', 'support', 'call', 10, 2, 7, null, null, null),
    -- 364 days before is inside the window; 365 days before and later answers are outside
    (6, 1, '2024-06-02', 'delivery', 'parcel', 7, null, null, null, null, null),
    (7, 1, '2024-06-01', 'billing', 'invoice', null, 1, null, null, null, null),
    (8, 1, '2025-06-02', 'billing', 'invoice', null, 5, null, null, null, null),
    -- 2 had not bought by the answer; 3 had, and did not return
    (9, 2, '2024-12-31', 'support', 'call', null, 3, null, null, null, null),
    (10, 3, '2024-12-30', 'support', 'call', null, 4, null, null, null, null),
    -- The answer is too recent for its outcome to be known
    (11, 3, '2025-01-01', 'support', 'chat', null, 1, null, null, null, null),
    -- 4 answers the index: (10 + 10 + 7 - 3) / 27
    (12, 4, '2025-03-01', null, null, null, null, null, 10, 7, null),
    (13, 4, '2025-03-01', 'support', 'chat', null, 1, null, null, null, null),
    -- 5 has no driver; this answer is unmatched
    (14, 5, '2025-03-01', null, null, 3, null, null, null, null, null),
    (15, null, '2025-03-01', 'support', 'chat', null, 1, null, null, null, null)
) as t (response_id, customer_no, responded_at, journey, touchpoint, nps, csat, ces, satisfaction, ideal, trust)

select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    t.survey_type,
    arrow_cast(t.responded_at, 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.nps,
    t.csat,
    t.ces,
    t.satisfaction,
    t.expectation,
    t.ideal,
    t.trust,
    cast(null as int) as emotion
from (
    values
    -- The question on emotion has no answers: it was not asked
    (1, 1, 'relationship', '2025-03-05T10:00:00', 9, null, null, 8, 8, 8, 8),
    (2, 2, 'relationship', '2025-03-21T10:00:00', 9, null, null, null, 8, 8, 8),
    (3, 3, 'relationship', '2025-05-02T10:00:00', 9, null, null, 8, 8, 8, 8),
    (4, 4, 'relationship', '2025-05-02T10:00:01', 9, null, null, 8, 8, 8, 8),
    (5, 5, 'relationship', '2025-03-05T10:00:00', null, null, null, null, null, null, 8),
    (6, 5, 'relationship', '2025-03-06T10:00:00', 3, null, null, 8, 8, 8, 8),
    (7, 6, 'relationship', '2025-03-06T10:00:00', 3, null, null, 8, 8, 8, 8),
    (8, 7, 'relationship', '2025-03-06T10:00:00', 3, null, null, 8, 8, 8, 8),
    (9, null, 'relationship', '2025-03-08T10:00:00', 3, null, null, 8, 8, 8, 8)
) as t (response_id, customer_no, survey_type, responded_at, nps, csat, ces, satisfaction, expectation, ideal, trust)

-- Promoters 1 to 6, passives 7 to 11, detractors 12 to 14. For 1, the latest answer that is old enough counts. 6
-- answered exactly 365 days before the end of as_of, 7 answered again one instant later. One answer is unmatched, one
-- is about a touchpoint.
select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.responded_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    cast(t.nps as bigint) as nps,
    cast(null as bigint) as csat,
    cast(null as bigint) as ces,
    cast(null as bigint) as satisfaction,
    cast(null as bigint) as expectation,
    cast(null as bigint) as ideal,
    cast(null as bigint) as trust,
    cast(null as bigint) as emotion
from (
    values
    (101, 1, '2024-06-01T10:00:00', 'relationship', 9),
    (201, 1, '2024-01-01T10:00:00', 'relationship', 0),
    (301, 1, '2025-06-01T10:00:00', 'relationship', 0),
    (102, 2, '2024-06-01T10:00:00', 'relationship', 9),
    (103, 3, '2024-06-01T10:00:00', 'relationship', 10),
    (104, 4, '2024-06-01T10:00:00', 'relationship', 9),
    (105, 5, '2024-06-01T10:00:00', 'relationship', 9),
    (106, 6, '2024-12-31T23:00:00', 'relationship', 9),
    (107, 7, '2024-06-01T10:00:00', 'relationship', 8),
    (207, 7, '2024-12-31T23:00:01', 'relationship', 0),
    (108, 8, '2024-06-01T10:00:00', 'relationship', 7),
    (109, 9, '2024-06-01T10:00:00', 'relationship', 8),
    (110, 10, '2024-06-01T10:00:00', 'relationship', 8),
    (111, 11, '2024-06-01T10:00:00', 'relationship', 8),
    (112, 12, '2024-06-01T10:00:00', 'relationship', 6),
    (113, 13, '2024-06-01T10:00:00', 'relationship', 3),
    (114, 14, '2024-06-01T10:00:00', 'relationship', 0),
    (115, null, '2024-06-01T10:00:00', 'relationship', 0),
    (116, 12, '2024-07-01T10:00:00', 'touchpoint', 10)
) as t (response_id, customer_no, responded_at, survey_type, nps)

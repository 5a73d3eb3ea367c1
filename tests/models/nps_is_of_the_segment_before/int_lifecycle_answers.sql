-- Ten customers in cultivation answer: six promoters, who become advocates by it, and four detractors. Customer 11
-- answered on the day of the earlier valuation. 12 was not known by then, 13 has an earlier answer beside the latest,
-- and each has four like it.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(arrow_cast(t.at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as at,
    cast(t.nps as bigint) as nps,
    t.is_latest
from (
    values
    (1, '2025-06-01T12:00:00', 9, true), (2, '2025-06-01T12:00:00', 9, true), (3, '2025-06-01T12:00:00', 10, true),
    (4, '2025-06-01T12:00:00', 10, true), (5, '2025-06-01T12:00:00', 9, true), (6, '2025-06-01T12:00:00', 9, true),
    (7, '2025-06-01T12:00:00', 3, true), (8, '2025-06-01T12:00:00', 3, true), (9, '2025-06-01T12:00:00', 3, true),
    (10, '2025-06-01T12:00:00', 3, true), (11, '2024-12-31T12:00:00', 0, true), (12, '2025-06-01T12:00:00', 8, true),
    (13, '2025-02-01T12:00:00', 0, false), (13, '2025-06-01T12:00:00', 8, true)
) as t (customer_no, at, nps, is_latest)

union all

select
    cast(persons.customer_no as bigint) as customer_no,
    cast(arrow_cast('2025-06-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as at,
    cast(8 as bigint) as nps,
    true as is_latest
from (select cast(unnest(range(14, 22)) as bigint) as customer_no) as persons

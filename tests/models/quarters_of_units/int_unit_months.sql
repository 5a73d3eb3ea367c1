-- Months of one quarter add up: three and two employee answers, and four customer answers only. Revenue: the first
-- quarter, 2024 Q1, has no comparison; 2025 Q2 is compared with 2024 Q2: (300 - 100) / 200. 2025 Q3 has returns only.
select
    'S1' as unit,
    cast(t.month as date) as month,
    cast(t.engagement_responses as bigint) as engagement_responses,
    cast(t.engagement_sum as bigint) as engagement_sum,
    cast(t.nps_responses as bigint) as nps_responses,
    cast(t.promoters as bigint) as promoters,
    cast(t.detractors as bigint) as detractors,
    cast(t.csat_responses as bigint) as csat_responses,
    cast(t.satisfied as bigint) as satisfied,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    ('2024-02-01', 0, 0, 0, 0, 0, 0, 0, 4000),
    ('2024-05-01', 0, 0, 0, 0, 0, 0, 0, 10000),
    ('2024-08-01', 0, 0, 0, 0, 0, 0, 0, 10000),
    ('2025-02-01', 0, 0, 0, 0, 0, 0, 0, 8000),
    ('2025-04-01', 3, 20, 4, 4, 0, 3, 1, 10000),
    ('2025-06-01', 2, 15, 0, 0, 0, 4, 4, 20000),
    ('2025-07-01', 4, 40, 6, 1, 3, 4, 4, -500)
) as t (
    month, engagement_responses, engagement_sum, nps_responses, promoters, detractors, csat_responses, satisfied,
    net_minor
)

select
    cast(t.quarter as date) as quarter,
    t.journey,
    cast(t.responses as bigint) as responses,
    cast(t.responses as bigint) as persons,
    cast(t.promoters as bigint) as promoters,
    cast(t.detractors as bigint) as detractors,
    100.0 * (t.promoters - t.detractors) / t.responses as nps,
    -100.0 as nps_ci_low,
    100.0 as nps_ci_high
from (
    values
    ('2025-01-01', 'all', 60, 20, 20), ('2025-04-01', 'all', 60, 20, 20), ('2025-10-01', 'all', 60, 40, 10),
    ('2025-01-01', 'support', 20, 5, 10), ('2025-04-01', 'support', 20, 15, 2), ('2025-07-01', 'support', 4, 4, 0),
    ('2025-01-01', 'delivery', 20, 10, 5), ('2025-04-01', 'delivery', 20, 10, 5),
    ('2025-01-01', 'web', 10, 2, 4), ('2025-04-01', 'web', 10, 4, 4), ('2025-07-01', 'web', 10, 6, 4),
    ('2025-10-01', 'web', 10, 4, 4)
) as t (quarter, journey, responses, promoters, detractors)

select
    cast(t.quarter as date) as quarter,
    t.journey,
    cast(t.responses as bigint) as responses,
    cast(t.responses as bigint) as persons,
    cast(t.responses * t.mean * 3 as bigint) as score_e3,
    cast(t.responses * (t.mean * t.mean * 9 + 900) as bigint) as squares_e6
from (
    values
    ('2025-01-01', 'support', 10, 60), ('2025-04-01', 'support', 10, 90), ('2025-07-01', 'support', 10, 90),
    ('2025-01-01', 'delivery', 10, 80), ('2025-04-01', 'delivery', 10, 70),
    -- Too few to be shown, and without weight
    ('2025-01-01', 'billing', 4, 10), ('2025-04-01', 'billing', 10, 10),
    ('2025-01-01', 'web', 10, 50),
    ('2025-04-01', 'web', 10, 60),
    ('2025-07-01', 'web', 10, 70),
    ('2025-10-01', 'web', 10, 60)
) as t (quarter, journey, responses, mean)

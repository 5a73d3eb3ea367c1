select
    'journey' as level,
    t.item,
    t.segment,
    cast(t.responses as bigint) as responses,
    cast(t.responses as bigint) as persons,
    cast(t.responses * t.mean_e3 as bigint) as score_e3,
    cast(t.responses * (t.mean_e3 * t.mean_e3 + 900) as bigint) as squares_e6
from (
    values
    ('delivery', 'all', 20, 240), ('support', 'all', 20, 120), ('return', 'all', 10, 60), ('billing', 'all', 10, 180),
    ('loyalty', 'all', 10, 180),
    -- Three answers are too few, and the next smallest segment would reveal them
    ('support', 'high x high', 3, 60), ('support', 'low x low', 10, 150), ('support', 'low x medium', 7, 120)
) as t (item, segment, responses, mean_e3)

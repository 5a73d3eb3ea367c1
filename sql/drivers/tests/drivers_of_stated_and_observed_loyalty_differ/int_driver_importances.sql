select
    t.target,
    t.target_type,
    'journeys' as driver_set,
    'journey' as driver_type,
    t.driver,
    t.importance,
    0.0 as ci_low,
    1.0 as ci_high,
    true as is_significant,
    cast(100 as bigint) as responses
from (
    values
    ('nps', 'said', 'delivery', 0.6), ('nps', 'said', 'support', 0.2),
    -- A driver estimated for only one target is excluded from ranks and shares
    ('nps', 'said', 'loyalty', 0.4), ('retention_12m', 'done', 'loyalty', null),
    ('retention_12m', 'done', 'delivery', 0.01), ('retention_12m', 'done', 'support', 0.04),
    -- Equal importances are ranked by name
    ('margin_growth_12m', 'done', 'delivery', 0.02), ('margin_growth_12m', 'done', 'support', 0.02)
) as t (target, target_type, driver, importance)

select
    t.target,
    'journey' as driver_type,
    t.driver,
    t.importance,
    t.importance / 2 as ci_low,
    t.importance * 2 as ci_high,
    t.correlation,
    t.importance > 0.05 as is_significant,
    t.status
from (
    values
    ('nps', 'delivery', 0.10, 0.3, 'analysed'), ('nps', 'support', 0.20, 0.4, 'analysed'),
    ('nps', 'return', 0.02, 0.1, 'analysed'),
    -- Better scores go with a lower nps
    ('nps', 'billing', 0.05, -0.2, 'analysed'),
    ('nps', 'loyalty', null, null, 'too few responses'),
    -- Not the target of the priorities
    ('retention_12m', 'support', 0.90, 0.9, 'analysed')
) as t (target, driver, importance, correlation, status)

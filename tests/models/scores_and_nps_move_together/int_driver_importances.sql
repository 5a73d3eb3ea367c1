select
    t.target,
    'journey' as driver_type,
    t.driver,
    t.importance_share,
    t.correlation
from (
    values
    ('nps', 'support', 0.75, 0.4), ('nps', 'delivery', 0.25, 0.2), ('nps', 'billing', 0.5, -0.1),
    ('retention_12m', 'delivery', 1.0, 0.4)
) as t (target, driver, importance_share, correlation)

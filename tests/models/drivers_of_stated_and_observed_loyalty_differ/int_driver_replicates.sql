-- With so few replicates the interval runs from the smallest to the largest.
select
    t.target,
    'journeys' as driver_set,
    'journey' as driver_type,
    t.driver,
    cast(t.replicate_no as bigint) as replicate_no,
    cast(t.importance_e12 as bigint) as importance_e12
from (
    values
    ('nps', 'delivery', 1, 600), ('nps', 'support', 1, 200), ('nps', 'loyalty', 1, 400),
    ('nps', 'delivery', 2, 500), ('nps', 'support', 2, 300), ('nps', 'loyalty', 2, 300),
    ('retention_12m', 'delivery', 1, 10), ('retention_12m', 'support', 1, 70),
    ('retention_12m', 'delivery', 2, 20), ('retention_12m', 'support', 2, 60),
    ('margin_growth_12m', 'delivery', 1, 5), ('margin_growth_12m', 'support', 1, 35),
    ('margin_growth_12m', 'delivery', 2, 30), ('margin_growth_12m', 'support', 2, 10)
) as t (target, driver, replicate_no, importance_e12)

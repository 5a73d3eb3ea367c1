select
    'nps' as target,
    'journey' as driver_type,
    t.driver,
    cast(t.replicate_no as bigint) as replicate_no,
    cast(t.importance_e12 as bigint) as importance_e12
from (
    values
    -- In one of four replicates delivery is before support
    ('support', 1, 200000000000),
    ('delivery', 1, 100000000000),
    ('return', 1, 20000000000),
    ('billing', 1, 50000000000),
    ('support', 2, 50000000000), ('delivery', 2, 300000000000), ('return', 2, 20000000000), ('billing', 2, 50000000000),
    ('support', 3, 200000000000),
    ('delivery', 3, 100000000000),
    ('return', 3, 20000000000),
    ('billing', 3, 50000000000),
    ('support', 4, 200000000000), ('delivery', 4, 100000000000), ('return', 4, 20000000000), ('billing', 4, 50000000000)
) as t (driver, replicate_no, importance_e12)

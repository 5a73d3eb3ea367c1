select
    t.activity,
    cast(t.period as date) as period,
    cast(t.pool_cost as decimal(14, 2)) as pool_cost,
    cast(t.practical_capacity_minutes as decimal(14, 2)) as practical_capacity_minutes
from (
    values
    -- 100 / 30 = 3.333333 per minute, from two pools of one activity and month
    ('phone', '2025-01-01', '60.00', '20.00'),
    ('phone', '2025-01-15', '40.00', '10.00'),
    -- 20 / 3 = 6.666667 per minute, and less capacity than is used
    ('returns_handling', '2025-01-01', '20.00', '3.00'),
    -- Not used
    ('chat', '2025-01-01', '75.00', '25.00'),
    -- Starts after as_of: not known yet
    ('chat', '2026-01-01', '75.00', '25.00')
) as t (activity, period, pool_cost, practical_capacity_minutes)

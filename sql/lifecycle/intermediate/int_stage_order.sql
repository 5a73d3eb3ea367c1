-- Grain: one row per lifecycle stage.
-- The order of the stages. The eight of the lifecycle come first; at_risk, lapsed and won_back stand beside them.

select
    column1 as stage,
    column2 as stage_order,
    column2 <= 8 as is_in_lifecycle
from (
    values
    ('awareness', 1),
    ('discovery', 2),
    ('attraction', 3),
    ('interaction', 4),
    ('purchase', 5),
    ('use', 6),
    ('cultivation', 7),
    ('advocacy', 8),
    ('at_risk', 9),
    ('lapsed', 10),
    ('won_back', 11)
)

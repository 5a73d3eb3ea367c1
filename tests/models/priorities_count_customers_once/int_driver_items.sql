select
    t.level,
    t.item,
    t.journey
from (
    values
    ('journey', 'delivery', 'delivery'),
    ('journey', 'support', 'support'),
    ('touchpoint', 'call', 'support'),
    ('touchpoint', 'chat', 'support'),
    ('touchpoint', 'parcel', 'delivery')
) as t (level, item, journey)

select
    t.event,
    t.touchpoint,
    t.channel,
    t.journey,
    t.role
from (
    values
    ('contact', 'parcel', 'any', 'repair', 'within'),
    ('contact', 'parcel', 'any', 'delivery', 'within'),
    ('order', 'any', 'web', 'repair', 'within'),
    ('return', 'any', 'web', 'return', 'within'),
    ('survey', 'relationship', 'any', 'repair', 'within')
) as t (event, touchpoint, channel, journey, role)

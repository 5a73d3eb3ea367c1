select
    t.event,
    t.touchpoint,
    t.channel,
    t.journey,
    t.role
from (
    values
    ('contact', 'call', 'any', 'repair', 'start'),
    ('contact', 'call', 'email', 'repair', 'within'),
    ('contact', 'part', 'any', 'repair', 'within'),
    ('contact', 'parcel', 'any', 'repair', 'within'),
    ('contact', 'parcel', 'any', 'delivery', 'end'),
    ('contact', 'fixed', 'any', 'repair', 'end')
) as t (event, touchpoint, channel, journey, role)

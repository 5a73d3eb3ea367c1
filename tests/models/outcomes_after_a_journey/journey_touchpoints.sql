select
    t.event,
    t.touchpoint,
    t.channel,
    t.journey,
    t.role
from (
    values
    ('contact', 'call', 'any', 'support', 'start'),
    ('contact', 'complaint', 'any', 'support', 'within')
) as t (event, touchpoint, channel, journey, role)

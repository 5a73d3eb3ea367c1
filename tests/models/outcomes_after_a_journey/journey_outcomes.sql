select
    t.journey,
    cast(t.priority as bigint) as priority,
    t.outcome,
    t.event,
    t.touchpoint,
    cast(t.within_days as bigint) as within_days
from (
    values
    ('support', 1, 'complained', 'contact', 'complaint', 30),
    ('support', 2, 'bought', 'order', 'any', 90)
) as t (journey, priority, outcome, event, touchpoint, within_days)

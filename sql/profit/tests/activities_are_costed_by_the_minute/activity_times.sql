select
    t.event,
    t.channel,
    t.activity,
    cast(t.minutes_per_event as decimal(8, 2)) as minutes_per_event,
    cast(t.minutes_per_minute as decimal(8, 2)) as minutes_per_minute,
    cast(t.minutes_per_line as decimal(8, 2)) as minutes_per_line
from (
    values
    ('contact', 'phone', 'phone', null, 1, null),
    -- Two rows that match one event are added
    ('contact', 'any', 'back_office', 0.5, 0.1, null),
    ('contact', 'phone', 'back_office', 1, null, null),
    ('return', 'any', 'returns_handling', 1, null, 0.5)
) as t (event, channel, activity, minutes_per_event, minutes_per_minute, minutes_per_line)

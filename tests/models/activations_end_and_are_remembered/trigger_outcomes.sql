select
    t.trigger,
    t.outcome,
    cast(t.window_days as bigint) as window_days
from
    (values ('call', 'ordered', 90), ('call', 'ordered', 30), ('call', 'active', 90))
        as t (trigger, outcome, window_days)

select
    t.activity,
    cast(t.events as bigint) as events,
    cast(t.minute_rate_e6 as bigint) as minute_rate_e6
from (values ('phone', 2, 4000000), ('chat', 1, null)) as t (activity, events, minute_rate_e6)

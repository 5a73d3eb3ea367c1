select
    cast(t.events as bigint) as events,
    cast(t.minute_rate_e6 as bigint) as minute_rate_e6
from (values (2, 4000000), (1, null)) as t (events, minute_rate_e6)

select
    cast(t.events as bigint) as events,
    cast(t.minute_rate_e6 as bigint) as minute_rate_e6
from (values (3, 4000000)) as t (events, minute_rate_e6)

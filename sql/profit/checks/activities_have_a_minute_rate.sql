-- Returns the contacts that no time equation covers, and the events with an activity that has no minute rate. They
-- are counted, but their cost is not.

select
    int_activity_tariffs.event,
    int_activity_tariffs.channel,
    int_activity_tariffs.activity,
    sum(int_activity_tariffs.events) as events
from int_activity_tariffs
where int_activity_tariffs.minute_rate_e6 is null
group by
    int_activity_tariffs.event,
    int_activity_tariffs.channel,
    int_activity_tariffs.activity

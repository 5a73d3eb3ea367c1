select
    'event' as kind,
    int_activity_tariffs.event || ' ' || coalesce(int_activity_tariffs.channel, '?') || ' '
    || cast(int_activity_events.customer_no as string) as item,
    int_activity_tariffs.activity,
    int_activity_events.month,
    int_activity_events.contacts,
    cast(int_activity_events.minutes_e4 as decimal(20, 4)) / 10000 as minutes,
    cast(int_activity_events.cost_minor as decimal(20, 2)) / 100 as cost,
    cast(null as decimal(20, 2)) as unused_cost,
    cast(null as boolean) as is_over_capacity,
    cast(null as string) as rate_source
from int_activity_events
inner join int_activity_tariffs
    on int_activity_events.tariff_no = int_activity_tariffs.tariff_no

union all

select
    'month' as kind,
    'rate ' || coalesce(cast(activity_capacity.minute_cost as string), '?') as item,
    activity_capacity.activity,
    activity_capacity.month,
    cast(null as integer) as contacts,
    activity_capacity.used_minutes as minutes,
    activity_capacity.charged_cost as cost,
    activity_capacity.unused_cost,
    activity_capacity.is_over_capacity,
    activity_capacity.rate_source
from activity_capacity

order by kind, month, activity, item, minutes

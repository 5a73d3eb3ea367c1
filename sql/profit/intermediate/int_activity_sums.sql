-- Grain: one row per event (contact, order, return), channel, month and activity.
-- Minutes and cost of each activity, for the breakdowns by activity and by channel; money in minor units, minutes in
-- ten-thousandths.

with sums as (

    select
        int_activity_events.tariff_no,
        sum(int_activity_events.minutes_e4) as minutes_e4,
        coalesce(sum(int_activity_events.cost_minor), 0) as cost_minor
    from int_activity_events
    group by int_activity_events.tariff_no

)

select
    int_activity_tariffs.event,
    int_activity_tariffs.channel,
    int_activity_tariffs.month,
    int_activity_tariffs.activity,
    int_activity_tariffs.minute_rate_e6,
    int_activity_tariffs.rate_source,
    sums.minutes_e4,
    sums.cost_minor
from sums
inner join int_activity_tariffs
    on sums.tariff_no = int_activity_tariffs.tariff_no

-- Events that stand more than two years before all others of their kind, and are fewer than one in a thousand: a
-- mistyped year. Returns the newest such day of each kind.

with days as (

    select
        daily_volumes.event,
        daily_volumes.date,
        sum(daily_volumes.events) as events
    from daily_volumes
    group by
        daily_volumes.event,
        daily_volumes.date

),

ordered as (

    select
        days.event,
        days.date,
        lead(days.date) over (partition by days.event order by days.date) as next_date,
        sum(days.events) over (partition by days.event order by days.date) as events_until,
        sum(days.events) over (partition by days.event) as all_events
    from days

)

select
    ordered.event,
    max(ordered.date) as date,
    max(ordered.next_date) as next_date,
    max(ordered.events_until) as events
from ordered
where
    ordered.next_date - ordered.date > 730
    and ordered.events_until * 1000 < ordered.all_events
group by ordered.event

-- Orders, contacts and answers whose last day is further from as_of than any two of their days in the year before: more
-- than a week, and twice the longest gap. Fewer than guard_least_rows events are not judged. Returns such kinds.

with days as (

    select
        daily_volumes.event,
        daily_volumes.date,
        sum(daily_volumes.events) as events
    from daily_volumes
    where
        daily_volumes.event in ('order', 'contact', 'answer')
        and $as_of - daily_volumes.date <= 730
    group by
        daily_volumes.event,
        daily_volumes.date

),

gaps as (

    select
        days.event,
        days.date,
        days.events,
        days.date - lag(days.date) over (partition by days.event order by days.date) as gap
    from days

)

select
    gaps.event,
    max(gaps.date) as last_date,
    $as_of as as_of,
    coalesce(max(gaps.gap), 0) as longest_gap
from gaps
group by gaps.event
having
    sum(gaps.events) >= $guard_least_rows
    and $as_of - max(gaps.date) > 7
    and $as_of - max(gaps.date) > 2 * coalesce(max(gaps.gap), 0)

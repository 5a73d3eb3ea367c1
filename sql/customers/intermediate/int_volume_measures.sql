-- Grain: one row per run, measure, local day and item.
-- The daily volumes of this run and of the last snapshot, as the measures that guards compare. rows are the events
-- behind a value. net_revenue is that of orders and returns, sales that of orders alone.

with days as (

    select
        'this' as run,
        daily_volumes.as_of,
        daily_volumes.date,
        daily_volumes.event,
        daily_volumes.item,
        daily_volumes.events,
        daily_volumes.unidentified_events,
        daily_volumes.net_revenue,
        daily_volumes.unidentified_net_revenue
    from daily_volumes

    union all

    select
        'earlier' as run,
        earlier_volumes.as_of,
        earlier_volumes.date,
        earlier_volumes.event,
        earlier_volumes.item,
        earlier_volumes.events,
        earlier_volumes.unidentified_events,
        earlier_volumes.net_revenue,
        earlier_volumes.unidentified_net_revenue
    from earlier_volumes

)

select
    days.run,
    days.as_of,
    days.date,
    case days.event
        when 'order' then 'orders'
        when 'contact' then 'interactions'
        when 'answer' then 'answers'
        else 'persons'
    end as measure,
    days.item,
    cast(days.events as double) as value,
    cast(days.unidentified_events as double) as unidentified,
    days.events as rows
from days
where days.event <> 'return'

union all

select
    days.run,
    days.as_of,
    days.date,
    'net_revenue' as measure,
    'all' as item,
    cast(days.net_revenue as double) as value,
    cast(days.unidentified_net_revenue as double) as unidentified,
    days.events as rows
from days
where days.event in ('order', 'return')

union all

select
    days.run,
    days.as_of,
    days.date,
    'sales' as measure,
    'all' as item,
    cast(days.net_revenue as double) as value,
    0.0 as unidentified,
    days.events as rows
from days
where days.event = 'order'

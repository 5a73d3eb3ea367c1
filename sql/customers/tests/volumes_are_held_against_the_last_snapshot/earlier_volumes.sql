with days as (

    select
        cast(unnest(generate_series(date '2025-01-01', date '2025-11-30', interval '1 day')) as date) as date

),

items as (

    select
        'web' as item,
        20 as events

    union all

    select
        'store' as item,
        10 as events

)

select
    days.date,
    'order' as event,
    items.item,
    date '2025-11-30' as as_of,
    cast(items.events as bigint) as events,
    cast(2 as bigint) as unidentified_events,
    cast(items.events * 100 as decimal(18, 2)) as net_revenue,
    cast(200 as decimal(18, 2)) as unidentified_net_revenue
from days
cross join items

with days as (

    select
        cast(unnest(generate_series(date '2025-01-01', date '2025-12-31', interval '1 day')) as date) as date

),

orders as (

    select
        days.date,
        'web' as item,
        case when days.date >= date '2025-12-01' then 40 else 20 end as events
    from days

    union all

    select
        days.date,
        'store' as item,
        10 as events
    from days
    where days.date >= date '2025-07-01'

)

select
    orders.date,
    'order' as event,
    orders.item,
    date '2025-12-31' as as_of,
    cast(orders.events as bigint) as events,
    cast(case when orders.date >= date '2025-12-10' then orders.events else 2 end as bigint) as unidentified_events,
    cast(orders.events * case when orders.date >= date '2025-12-10' then 10000 else 100 end as decimal(18, 2))
        as net_revenue,
    cast(
        case when orders.date >= date '2025-12-10' then orders.events * 10000 else 200 end as decimal(18, 2)
    ) as unidentified_net_revenue
from orders

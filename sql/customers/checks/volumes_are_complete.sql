-- Daily volumes leave nothing out: each kind of event has as many as its model, and the same net revenue.

with volumes as (

    select
        daily_volumes.event,
        sum(daily_volumes.events) as events,
        coalesce(sum(daily_volumes.net_revenue), 0) as net_revenue
    from daily_volumes
    group by daily_volumes.event

),

models as (

    select
        case when orders.is_return then 'return' else 'order' end as event,
        count(*) as events,
        sum(orders.net_revenue) as net_revenue
    from orders
    group by orders.is_return

    union all

    select
        'sign_up' as event,
        count(*) as events,
        0 as net_revenue
    from customers

    union all

    select
        'contact' as event,
        count(*) as events,
        0 as net_revenue
    from int_contacts

    union all

    select
        'answer' as event,
        count(*) as events,
        0 as net_revenue
    from int_survey_answers

)

select
    coalesce(models.event, volumes.event) as event,
    models.events,
    volumes.events as events_by_day,
    models.net_revenue,
    volumes.net_revenue as net_revenue_by_day
from models
full outer join volumes
    on models.event = volumes.event
where
    coalesce(models.events, 0) <> coalesce(volumes.events, 0)
    or coalesce(models.net_revenue, 0) <> coalesce(volumes.net_revenue, 0)

-- Grain: one row per local day with an order.

with days as (
    select
        cast(local_timestamp(int_person_orders.ordered_at, $time_zone) as date) as day,
        count(*) as orders,
        cast(sum(int_person_orders.revenue) as decimal(18, 2)) as revenue
    from int_person_orders
    group by cast(local_timestamp(int_person_orders.ordered_at, $time_zone) as date)
),

day_visits as (
    select
        visits.visited_on,
        count(*) as visits
    from visits
    group by visits.visited_on
)

select
    days.day,
    days.orders,
    days.revenue,
    coalesce(day_visits.visits, 0) as visits
from days
left join day_visits on day_visits.visited_on = days.day

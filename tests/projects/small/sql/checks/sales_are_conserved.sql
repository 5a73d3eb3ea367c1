-- Persons and days have the same revenue. Returns the two sums where not.

with persons as (
    select sum(person_sales.revenue) as revenue
    from person_sales
),

days as (
    select sum(daily_sales.revenue) as revenue
    from daily_sales
)

select
    persons.revenue as person_revenue,
    days.revenue as day_revenue
from persons
cross join days
where persons.revenue <> days.revenue

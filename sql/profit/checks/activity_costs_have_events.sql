-- Returns the activities of the extract activity_costs that are missing from the lookup activity_times: no event uses
-- them, so their whole pool is unused capacity. Catches misspelt activities.

with timed as (

    select activity_times.activity
    from activity_times
    group by activity_times.activity

)

select
    stg_activity_costs.activity,
    count(*) as months,
    money(sum(stg_activity_costs.pool_cost_minor)) as pool_cost
from stg_activity_costs
left join timed
    on stg_activity_costs.activity = timed.activity
where timed.activity is null
group by stg_activity_costs.activity

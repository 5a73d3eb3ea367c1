-- Returns the activities of the extract activity_costs that the lookup activity_times does not have: no event takes
-- them, and their whole pool is unused capacity. A misspelt activity looks like this.

select
    stg_activity_costs.activity,
    count(*) as months,
    money(sum(stg_activity_costs.pool_cost_minor)) as pool_cost
from stg_activity_costs
left join (select distinct activity_times.activity from activity_times) as timed
    on stg_activity_costs.activity = timed.activity
where timed.activity is null
group by stg_activity_costs.activity

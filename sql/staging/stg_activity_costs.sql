-- Grain: one row per activity and month with a cost pool.
-- The extract of activity pools, money in minor units and minutes in hundredths. Pools of one activity and month add
-- up, and so do their capacities. The cost per minute is the pool divided by the practical capacity, in millionths of
-- the base currency, rounded half up. Months that begin after as_of are excluded.

with pools as (

    select
        trim(activity_costs.activity) as activity,
        cast(date_trunc('month', activity_costs.period) as date) as month,
        sum(cast(activity_costs.pool_cost * 100 as bigint)) as pool_cost_minor,
        sum(cast(activity_costs.practical_capacity_minutes * 100 as bigint)) as capacity_e2
    from activity_costs
    where activity_costs.period <= $as_of
    group by
        trim(activity_costs.activity),
        cast(date_trunc('month', activity_costs.period) as date)

)

select
    pools.activity,
    pools.month,
    pools.pool_cost_minor,
    pools.capacity_e2,
    (2000000 * pools.pool_cost_minor + pools.capacity_e2) / (2 * pools.capacity_e2) as minute_rate_e6
from pools

-- Grain: one row per activity and month with a cost pool.
-- Pools in the names and words of the models, money in minor units and minutes in hundredths. Pools of one
-- activity and month add up, and so do their capacities. What a minute costs is the pool over the practical
-- capacity, in millionths of the base currency, rounded half up. Months that begin after as_of are not known yet.

with source as (

    select
        coalesce(begrepp.begrepp, activity_costs.aktivitet) as activity,
        cast(date_trunc('month', activity_costs.manad) as date) as month,
        cast(activity_costs.kostnad * 100 as bigint) as pool_cost_minor,
        cast(activity_costs.minuter * 100 as bigint) as capacity_e2
    from activity_costs
    left join begrepp
        on begrepp.grupp = 'aktivitet' and activity_costs.aktivitet = begrepp.ord
    where activity_costs.manad <= $as_of

),

pools as (

    select
        source.activity,
        source.month,
        sum(source.pool_cost_minor) as pool_cost_minor,
        sum(source.capacity_e2) as capacity_e2
    from source
    group by
        source.activity,
        source.month

)

select
    pools.activity,
    pools.month,
    pools.pool_cost_minor,
    pools.capacity_e2,
    (2000000 * pools.pool_cost_minor + pools.capacity_e2) / (2 * pools.capacity_e2) as minute_rate_e6
from pools

-- Grain: one row per activity and month with a cost pool or an event.
-- Cost and capacity of each activity's resources, their use by customers and the cost charged to them; the remainder
-- is unused capacity, which is not charged to customers. Activities without a pool in the month are charged at the
-- fixed rate and have neither capacity nor unused cost (null). Only staging has pools without an event, so this mart
-- reads it.

with used as (

    select
        int_activity_sums.activity,
        int_activity_sums.month,
        max(int_activity_sums.minute_rate_e6) as minute_rate_e6,
        max(int_activity_sums.rate_source) as rate_source,
        sum(int_activity_sums.minutes_e4) as minutes_e4,
        sum(int_activity_sums.cost_minor) as cost_minor
    from int_activity_sums
    where int_activity_sums.activity is not null
    group by
        int_activity_sums.activity,
        int_activity_sums.month

),

joined as (

    select
        coalesce(used.activity, stg_activity_costs.activity) as activity,
        coalesce(used.month, stg_activity_costs.month) as month,
        stg_activity_costs.pool_cost_minor,
        100 * stg_activity_costs.capacity_e2 as capacity_e4,
        coalesce(used.minute_rate_e6, stg_activity_costs.minute_rate_e6) as minute_rate_e6,
        coalesce(used.minutes_e4, 0) as used_e4,
        coalesce(used.cost_minor, 0) as charged_minor,
        coalesce(used.rate_source, 'pool') as rate_source
    from used
    full outer join stg_activity_costs
        on
            used.activity = stg_activity_costs.activity
            and used.month = stg_activity_costs.month

)

select
    joined.activity,
    joined.month,
    money(joined.pool_cost_minor) as pool_cost,
    cast(
        cast(joined.capacity_e4 as decimal(20, 0)) * cast(0.0001 as decimal(4, 4)) as decimal(20, 4)
    ) as practical_capacity_minutes,
    cast(
        cast(joined.minute_rate_e6 as decimal(20, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6)
    ) as minute_cost,
    cast(cast(joined.used_e4 as decimal(20, 0)) * cast(0.0001 as decimal(4, 4)) as decimal(20, 4)) as used_minutes,
    money(joined.charged_minor) as charged_cost,
    cast(
        cast(joined.capacity_e4 - joined.used_e4 as decimal(20, 0)) * cast(0.0001 as decimal(4, 4)) as decimal(20, 4)
    ) as unused_minutes,
    money(joined.pool_cost_minor - joined.charged_minor) as unused_cost,
    coalesce(joined.used_e4 > joined.capacity_e4, false) as is_over_capacity,
    cast(joined.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month,
    joined.rate_source
from joined

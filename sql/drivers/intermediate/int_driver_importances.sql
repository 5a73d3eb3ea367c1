-- Grain: one row per target, driver set and driver, analysed or not.
-- The result of relative_importance under the names of the drivers. Drivers without answers, and those beyond the 15
-- that one set can hold, are included with the reason.

with targets as (

    select
        column1 as target,
        column2 as target_type
    from (
        values
        ('nps', 'said'),
        ('satisfaction_index', 'said'),
        ('retention_12m', 'done'),
        ('margin_growth_12m', 'done')
    )

),

sets as (

    select
        int_driver_fits.target,
        int_driver_fits.driver_set,
        int_driver_fits.fit['responses'] as responses,
        int_driver_fits.fit['r_squared'] as r_squared,
        int_driver_fits.fit['method'] as method,
        int_driver_fits.fit['status'] as status
    from int_driver_fits

),

drivers as (

    select
        int_driver_fits.target,
        int_driver_fits.driver_set,
        unnest(range(1, cast(cardinality(int_driver_fits.fit['drivers']) as bigint) + 1)) as driver_no,
        unnest(int_driver_fits.fit['drivers']) as driver
    from int_driver_fits

)

select
    targets.target,
    targets.target_type,
    int_driver_sets.driver_set,
    int_driver_sets.driver_type,
    int_driver_sets.journey,
    int_driver_sets.driver,
    drivers.driver['lmg'] as importance,
    drivers.driver['lmg_share'] as importance_share,
    drivers.driver['johnson'] as johnson_weight,
    drivers.driver['johnson_share'] as johnson_share,
    drivers.driver['correlation'] as correlation,
    drivers.driver['mean'] as mean,
    drivers.driver['ci_low'] as ci_low,
    drivers.driver['ci_high'] as ci_high,
    drivers.driver['is_significant'] as is_significant,
    coalesce(drivers.driver['responses'], 0) as responses,
    coalesce(sets.responses, 0) as set_responses,
    sets.r_squared,
    sets.method,
    case
        when int_driver_sets.driver_no is null then 'more than 15 drivers'
        when coalesce(drivers.driver['responses'], 0) = 0 then 'no answers'
        else drivers.driver['status']
    end as status,
    coalesce(sets.status, 'no answers') as set_status
from targets
cross join int_driver_sets
left join sets
    on
        targets.target = sets.target
        and int_driver_sets.driver_set = sets.driver_set
left join drivers
    on
        targets.target = drivers.target
        and int_driver_sets.driver_set = drivers.driver_set
        and int_driver_sets.driver_no = drivers.driver_no

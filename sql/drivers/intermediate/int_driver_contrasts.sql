-- Grain: one row per target of what customers say and target of what they do, driver set, driver analysed for both,
-- and side (said, done).
-- Targets differ in how much of them can be explained and in which drivers could be analysed. Each side's
-- importances, and their bootstrap replicates, are therefore shares of the drivers common to both.

with weighed as (

    select
        int_driver_importances.target,
        int_driver_importances.target_type,
        int_driver_importances.driver_set,
        int_driver_importances.driver_type,
        int_driver_importances.driver,
        cast(round(int_driver_importances.importance * 1000000000000) as bigint) as importance_e12
    from int_driver_importances
    where int_driver_importances.importance is not null

),

pairs as (

    select
        said.driver_set,
        said.driver_type,
        said.driver,
        said.target as said_target,
        done.target as done_target,
        said.importance_e12 as said_e12,
        done.importance_e12 as done_e12
    from weighed as said -- noqa: AL07
    inner join weighed as done
        on
            said.driver_set = done.driver_set
            and said.driver_type = done.driver_type
            and said.driver = done.driver
    where
        said.target_type = 'said'
        and done.target_type = 'done'

),

sides as (

    select
        pairs.driver_set,
        pairs.driver_type,
        pairs.driver,
        pairs.said_target,
        pairs.done_target,
        'said' as side,
        pairs.said_target as target,
        pairs.said_e12 as importance_e12
    from pairs

    union all

    select
        pairs.driver_set,
        pairs.driver_type,
        pairs.driver,
        pairs.said_target,
        pairs.done_target,
        'done' as side,
        pairs.done_target as target,
        pairs.done_e12 as importance_e12
    from pairs

),

ranked as (

    select
        sides.driver_set,
        sides.driver_type,
        sides.driver,
        sides.said_target,
        sides.done_target,
        sides.side,
        sides.target,
        cast(
            row_number() over (
                partition by sides.driver_set, sides.said_target, sides.done_target, sides.side
                order by sides.importance_e12 desc, sides.driver
            ) as bigint
        ) as importance_rank,
        cast(sides.importance_e12 as double) / nullif(
            sum(sides.importance_e12) over (
                partition by sides.driver_set, sides.said_target, sides.done_target, sides.side
            ),
            0
        ) as share
    from sides

),

redrawn as (

    select
        sides.driver_set,
        sides.driver_type,
        sides.driver,
        sides.said_target,
        sides.done_target,
        sides.side,
        int_driver_replicates.replicate_no,
        cast(int_driver_replicates.importance_e12 as double) / nullif(
            sum(int_driver_replicates.importance_e12) over (
                partition by
                    sides.driver_set,
                    sides.said_target,
                    sides.done_target,
                    sides.side,
                    int_driver_replicates.replicate_no
            ),
            0
        ) as share
    from sides
    inner join int_driver_replicates
        on
            sides.target = int_driver_replicates.target
            and sides.driver_set = int_driver_replicates.driver_set
            and sides.driver_type = int_driver_replicates.driver_type
            and sides.driver = int_driver_replicates.driver

),

ordered as (

    select
        redrawn.driver_set,
        redrawn.driver_type,
        redrawn.driver,
        redrawn.said_target,
        redrawn.done_target,
        redrawn.side,
        redrawn.share,
        row_number() over (
            partition by
                redrawn.driver_set,
                redrawn.driver_type,
                redrawn.driver,
                redrawn.said_target,
                redrawn.done_target,
                redrawn.side
            order by redrawn.share nulls first, redrawn.replicate_no
        ) as share_position,
        count(*) over (
            partition by
                redrawn.driver_set,
                redrawn.driver_type,
                redrawn.driver,
                redrawn.said_target,
                redrawn.done_target,
                redrawn.side
        ) as replicates
    from redrawn

),

intervals as (

    -- With 1000 replicates, the 25th from each end.
    select
        ordered.driver_set,
        ordered.driver_type,
        ordered.driver,
        ordered.said_target,
        ordered.done_target,
        ordered.side,
        max(case when ordered.share_position = (ordered.replicates * 25 + 999) / 1000 then ordered.share end)
            as share_ci_low,
        max(
            case
                when ordered.share_position = ordered.replicates + 1 - (ordered.replicates * 25 + 999) / 1000
                    then ordered.share
            end
        ) as share_ci_high
    from ordered
    group by
        ordered.driver_set,
        ordered.driver_type,
        ordered.driver,
        ordered.said_target,
        ordered.done_target,
        ordered.side

)

select
    ranked.driver_set,
    ranked.driver_type,
    ranked.driver,
    ranked.said_target,
    ranked.done_target,
    ranked.side,
    ranked.target,
    ranked.importance_rank,
    ranked.share,
    intervals.share_ci_low,
    intervals.share_ci_high
from ranked
left join intervals
    on
        ranked.driver_set = intervals.driver_set
        and ranked.driver_type = intervals.driver_type
        and ranked.driver = intervals.driver
        and ranked.said_target = intervals.said_target
        and ranked.done_target = intervals.done_target
        and ranked.side = intervals.side

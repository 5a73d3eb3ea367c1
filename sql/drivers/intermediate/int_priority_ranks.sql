-- Grain: one row per level, item and segment with a priority.
-- Stability of the rank when the respondents behind the importances are resampled: the range of ranks in 95 % of the
-- bootstrap replicates, and the number of replicates in which the item keeps its rank or is among the first three.
-- Performance and the customers affected stay fixed.

with stakes as (

    select
        int_priority_stakes.level,
        int_priority_stakes.item,
        int_priority_stakes.segment,
        int_priority_stakes.exposed_minor,
        cast(
            row_number() over (
                partition by int_priority_stakes.level, int_priority_stakes.segment
                order by int_priority_stakes.stake_minor desc, int_priority_stakes.item
            ) as bigint
        ) as priority_rank
    from int_priority_stakes
    where int_priority_stakes.stake_minor is not null

),

redrawn as (

    select
        stakes.level,
        stakes.item,
        stakes.segment,
        stakes.priority_rank,
        cast(
            row_number() over (
                partition by stakes.level, stakes.segment, int_driver_replicates.replicate_no
                order by
                    stakes.exposed_minor * cast(int_driver_replicates.importance_e12 as double) desc, stakes.item
            ) as bigint
        ) as replicate_rank
    from stakes
    inner join int_driver_replicates
        on
            stakes.level = int_driver_replicates.driver_type
            and stakes.item = int_driver_replicates.driver
    where int_driver_replicates.target = $priority_target

),

counted as (

    select
        redrawn.level,
        redrawn.item,
        redrawn.segment,
        redrawn.replicate_rank,
        count(*) as replicates,
        count(case when redrawn.replicate_rank = redrawn.priority_rank then 1 end) as same_rank
    from redrawn
    group by
        redrawn.level,
        redrawn.item,
        redrawn.segment,
        redrawn.replicate_rank

),

cumulated as (

    select
        counted.level,
        counted.item,
        counted.segment,
        counted.replicate_rank,
        counted.replicates,
        counted.same_rank,
        sum(counted.replicates) over (
            partition by counted.level, counted.item, counted.segment
            order by counted.replicate_rank
            rows between unbounded preceding and current row
        ) as cumulated,
        sum(counted.replicates) over (partition by counted.level, counted.item, counted.segment) as all_replicates
    from counted

),

stability as (

    select
        cumulated.level,
        cumulated.item,
        cumulated.segment,
        min(case when cumulated.cumulated * 1000 >= cumulated.all_replicates * 25 then cumulated.replicate_rank end)
            as rank_low,
        min(case when cumulated.cumulated * 1000 >= cumulated.all_replicates * 975 then cumulated.replicate_rank end)
            as rank_high,
        cast(sum(cumulated.same_rank) as double) / max(cumulated.all_replicates) as same_rank_share,
        cast(sum(case when cumulated.replicate_rank <= 3 then cumulated.replicates else 0 end) as double)
        / max(cumulated.all_replicates) as top_3_share
    from cumulated
    group by
        cumulated.level,
        cumulated.item,
        cumulated.segment

)

select
    stakes.level,
    stakes.item,
    stakes.segment,
    stakes.priority_rank,
    stability.rank_low,
    stability.rank_high,
    stability.same_rank_share,
    stability.top_3_share
from stakes
left join stability
    on
        stakes.level = stability.level
        and stakes.item = stability.item
        and stakes.segment = stability.segment

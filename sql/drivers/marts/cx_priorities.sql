-- Grain: one row per level, item and segment.
-- Where to act first: the journeys and touchpoints that matter most to loyalty, have the most room for improvement,
-- and are used by the most valuable customers. For segment all, and for each value segment. Where costs are not known,
-- items are ranked by the net revenue expected, and no profit is at stake.

with thresholds as (

    select
        int_priority_stakes.level,
        int_priority_stakes.segment,
        median(int_priority_stakes.effective_importance) as median_importance,
        median(int_priority_stakes.performance) as median_performance,
        sum(int_priority_stakes.stake_minor) as all_stake_minor
    from int_priority_stakes
    where int_priority_stakes.stake_minor is not null
    group by
        int_priority_stakes.level,
        int_priority_stakes.segment

)

select
    int_priority_stakes.level,
    int_priority_stakes.item,
    int_priority_stakes.segment,
    int_priority_stakes.journey,
    $priority_target as target,
    int_priority_stakes.importance,
    int_priority_stakes.is_significant,
    int_priority_stakes.correlation,
    int_priority_stakes.performance,
    int_priority_stakes.performance_ci_low,
    int_priority_stakes.performance_ci_high,
    int_priority_stakes.responses,
    int_priority_stakes.headroom,
    int_priority_stakes.customers as customers_affected,
    int_profit_basis.basis,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_priority_stakes.margin_minor) end
        as expected_margin_12m,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_priority_stakes.stake_minor) end
        as profit_at_stake,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_priority_stakes.stake_low_minor) end
        as profit_at_stake_ci_low,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_priority_stakes.stake_high_minor) end
        as profit_at_stake_ci_high,
    case
        when thresholds.all_stake_minor > 0
            then
                100 * cast(int_priority_stakes.stake_minor as double) / cast(thresholds.all_stake_minor as double)
    end as priority_score,
    int_priority_ranks.priority_rank,
    int_priority_ranks.rank_low,
    int_priority_ranks.rank_high,
    int_priority_ranks.same_rank_share,
    int_priority_ranks.top_3_share,
    case
        when int_priority_stakes.stake_minor is null then null
        when
            int_priority_stakes.effective_importance >= thresholds.median_importance
            and int_priority_stakes.performance < thresholds.median_performance
            then 'fix_first'
        when int_priority_stakes.effective_importance >= thresholds.median_importance then 'keep_up'
        when int_priority_stakes.performance < thresholds.median_performance then 'watch'
        else 'maintain'
    end as quadrant,
    int_priority_stakes.is_suppressed,
    case
        when int_priority_stakes.is_suppressed and int_priority_stakes.has_few_persons then 'few_persons'
        when int_priority_stakes.is_suppressed then 'complementary'
    end as suppressed_because,
    case
        when int_priority_stakes.is_suppressed then 'suppressed'
        when int_priority_stakes.importance is null then coalesce(int_priority_stakes.status, 'no answers')
        when int_priority_stakes.performance is null then 'no answers in 12 months'
        when int_priority_stakes.correlation <= 0 then 'not worth raising'
        else 'ranked'
    end as status
from int_priority_stakes
cross join int_profit_basis
left join thresholds
    on
        int_priority_stakes.level = thresholds.level
        and int_priority_stakes.segment = thresholds.segment
left join int_priority_ranks
    on
        int_priority_stakes.level = int_priority_ranks.level
        and int_priority_stakes.item = int_priority_ranks.item
        and int_priority_stakes.segment = int_priority_ranks.segment

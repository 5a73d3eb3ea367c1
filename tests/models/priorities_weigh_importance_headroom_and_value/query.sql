select
    item,
    segment,
    importance,
    performance,
    round(performance_ci_low, 4) as performance_ci_low,
    round(performance_ci_high, 4) as performance_ci_high,
    responses,
    headroom,
    customers_affected,
    expected_margin_12m,
    profit_at_stake,
    profit_at_stake_ci_low,
    profit_at_stake_ci_high,
    round(priority_score, 4) as priority_score,
    priority_rank,
    rank_low,
    rank_high,
    same_rank_share,
    top_3_share,
    quadrant,
    is_suppressed,
    status
from cx_priorities
order by
    segment,
    priority_rank,
    item

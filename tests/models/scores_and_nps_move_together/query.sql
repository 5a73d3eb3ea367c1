select
    quarter,
    journey,
    is_complete_quarter,
    relationship_nps,
    round(nps_change, 6) as nps_change,
    nps_responses,
    is_nps_suppressed,
    round(score, 6) as score,
    round(score_ci_low, 4) as score_ci_low,
    round(score_ci_high, 4) as score_ci_high,
    round(score_change, 6) as score_change,
    round(score_change_ci_low, 4) as score_change_ci_low,
    round(score_change_ci_high, 4) as score_change_ci_high,
    score_responses,
    is_score_suppressed,
    agreement,
    is_same_direction,
    quarters_compared,
    round(correlation, 9) as correlation
from top_down_check
order by
    journey,
    quarter

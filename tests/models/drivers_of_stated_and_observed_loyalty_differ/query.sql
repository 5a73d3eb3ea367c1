select
    driver,
    said_target,
    done_target,
    rank_said,
    rank_done,
    rank_difference,
    importance_said,
    importance_done,
    share_said,
    share_said_ci_low,
    share_said_ci_high,
    share_done,
    share_done_ci_low,
    share_done_ci_high,
    are_intervals_apart,
    matters_more_to
from cx_driver_disagreements
order by
    done_target,
    driver

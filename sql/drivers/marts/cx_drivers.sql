-- Grain: one row per target, driver set and driver.
-- Drivers of loyalty: how much of what customers say (nps, satisfaction_index) and do (retention_12m,
-- margin_growth_12m) is explained by each journey, touchpoint, trust and emotion. A driver that could not be analysed
-- is included with the reason in status.

select
    int_driver_importances.target,
    int_driver_importances.target_type,
    int_driver_importances.driver_set,
    int_driver_importances.driver_type,
    int_driver_importances.journey,
    int_driver_importances.driver,
    int_driver_importances.importance,
    int_driver_importances.importance_share,
    case
        when int_driver_importances.importance is not null
            then
                cast(
                    row_number() over (
                        partition by int_driver_importances.target, int_driver_importances.driver_set
                        -- As in int_driver_intervals: identical drivers differ in the last digit.
                        order by
                            round(int_driver_importances.importance * 1000000000000) desc nulls last,
                            int_driver_importances.driver
                    ) as bigint
                )
    end as importance_rank,
    int_driver_importances.johnson_weight,
    int_driver_importances.johnson_share,
    case when int_driver_importances.responses >= $suppression_limit then int_driver_importances.correlation end
        as correlation,
    int_driver_importances.ci_low,
    int_driver_importances.ci_high,
    int_driver_intervals.share_ci_low,
    int_driver_intervals.share_ci_high,
    int_driver_intervals.rank_low,
    int_driver_intervals.rank_high,
    int_driver_importances.is_significant,
    case when int_driver_importances.responses >= $suppression_limit then int_driver_importances.mean end
        as mean_score,
    int_driver_importances.responses,
    int_driver_importances.set_responses,
    int_driver_importances.r_squared,
    int_driver_importances.method,
    int_driver_importances.status,
    int_driver_importances.set_status
from int_driver_importances
left join int_driver_intervals
    on
        int_driver_importances.target = int_driver_intervals.target
        and int_driver_importances.driver_set = int_driver_intervals.driver_set
        and int_driver_importances.driver_type = int_driver_intervals.driver_type
        and int_driver_importances.driver = int_driver_intervals.driver

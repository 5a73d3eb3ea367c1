-- Grain: one row per driver set, driver, target of what customers say and target of what they do.
-- Compares drivers analysed for both targets, ranked among themselves on each.

with sides as (

    select
        int_driver_contrasts.driver_set,
        int_driver_contrasts.driver_type,
        int_driver_contrasts.driver,
        int_driver_contrasts.said_target,
        int_driver_contrasts.done_target,
        int_driver_contrasts.side,
        int_driver_contrasts.importance_rank,
        int_driver_contrasts.share,
        int_driver_contrasts.share_ci_low,
        int_driver_contrasts.share_ci_high,
        int_driver_importances.importance,
        int_driver_importances.ci_low,
        int_driver_importances.ci_high,
        int_driver_importances.is_significant,
        int_driver_importances.responses
    from int_driver_contrasts
    inner join int_driver_importances
        on
            int_driver_contrasts.target = int_driver_importances.target
            and int_driver_contrasts.driver_set = int_driver_importances.driver_set
            and int_driver_contrasts.driver_type = int_driver_importances.driver_type
            and int_driver_contrasts.driver = int_driver_importances.driver

),

pairs as (

    select
        said.driver_set,
        said.driver_type,
        said.driver,
        said.said_target,
        said.done_target,
        said.importance_rank as rank_said,
        said.importance as importance_said,
        said.ci_low as said_ci_low,
        said.ci_high as said_ci_high,
        said.share as share_said,
        said.share_ci_low as share_said_ci_low,
        said.share_ci_high as share_said_ci_high,
        said.is_significant as is_significant_said,
        said.responses as responses_said,
        done.importance_rank as rank_done,
        done.importance as importance_done,
        done.ci_low as done_ci_low,
        done.ci_high as done_ci_high,
        done.share as share_done,
        done.share_ci_low as share_done_ci_low,
        done.share_ci_high as share_done_ci_high,
        done.is_significant as is_significant_done,
        done.responses as responses_done,
        coalesce(
            said.share_ci_low > done.share_ci_high
            or done.share_ci_low > said.share_ci_high,
            false
        ) as are_intervals_apart
    from sides as said -- noqa: AL07
    inner join sides as done
        on
            said.driver_set = done.driver_set
            and said.driver_type = done.driver_type
            and said.driver = done.driver
            and said.said_target = done.said_target
            and said.done_target = done.done_target
    where
        said.side = 'said'
        and done.side = 'done'

)

select
    pairs.driver_set,
    pairs.driver_type,
    pairs.driver,
    pairs.said_target,
    pairs.done_target,
    pairs.rank_said,
    pairs.rank_done,
    pairs.rank_done - pairs.rank_said as rank_difference,
    pairs.importance_said,
    pairs.said_ci_low,
    pairs.said_ci_high,
    pairs.share_said,
    pairs.share_said_ci_low,
    pairs.share_said_ci_high,
    pairs.is_significant_said,
    pairs.responses_said,
    pairs.importance_done,
    pairs.done_ci_low,
    pairs.done_ci_high,
    pairs.share_done,
    pairs.share_done_ci_low,
    pairs.share_done_ci_high,
    pairs.is_significant_done,
    pairs.responses_done,
    pairs.are_intervals_apart,
    case
        when not pairs.are_intervals_apart then 'not told apart'
        when pairs.share_said > pairs.share_done then 'what they say'
        else 'what they do'
    end as matters_more_to
from pairs

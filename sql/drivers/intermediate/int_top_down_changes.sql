-- Grain: one row per quarter and journey (all: the journeys together) with a touchpoint answer.
-- Bottom-up scores and their change from the previous quarter, with the variances of their means. All weights the
-- journeys by their importance for the nps (equally if none was analysed), and compares only journeys measured in
-- both quarters, because a journey that appears or disappears would otherwise look like a change. Journeys of fewer
-- than $suppression_limit persons are not compared. Weights and terms are whole numbers, so that sums are exact.

with weights as (

    select
        int_driver_importances.driver as journey,
        cast(
            round(
                case when int_driver_importances.correlation > 0 then int_driver_importances.importance_share else 0 end
                * 1000000
            ) as bigint
        ) as weight_e6
    from int_driver_importances
    where
        int_driver_importances.target = 'nps'
        and int_driver_importances.driver_type = 'journey'
        and int_driver_importances.importance_share is not null

),

total as (

    select coalesce(sum(weights.weight_e6), 0) as weight_e6
    from weights

),

shown as (

    select
        int_top_down_scores.quarter,
        int_top_down_scores.journey,
        int_top_down_scores.responses,
        int_top_down_scores.score_e3,
        int_top_down_scores.squares_e6,
        case when total.weight_e6 > 0 then coalesce(weights.weight_e6, 0) else 1000000 end as weight_e6
    from int_top_down_scores
    cross join total
    left join weights
        on int_top_down_scores.journey = weights.journey
    where int_top_down_scores.persons >= $suppression_limit

),

means as (

    -- In 10^-6 points, and 10^-6 squared points for the variance of the mean.
    select
        shown.quarter,
        shown.journey,
        shown.responses,
        shown.score_e3,
        shown.squares_e6,
        shown.weight_e6,
        cast(round(cast(shown.score_e3 as double) / (3 * shown.responses) * 1000000) as bigint) as score_e6,
        case
            when shown.responses > 1
                then
                    cast(
                        round(
                            cast(
                                shown.responses * shown.squares_e6 - shown.score_e3 * shown.score_e3 as double
                            )
                            / (9 * shown.responses * shown.responses * (shown.responses - 1))
                            * 1000000
                        ) as bigint
                    )
        end as variance_e6
    from shown

),

compared as (

    select
        means.quarter,
        means.journey,
        means.responses,
        means.score_e6,
        means.variance_e6,
        means.weight_e6,
        means.score_e6 - earlier.score_e6 as change_e6,
        means.variance_e6 + earlier.variance_e6 as change_variance_e6,
        mean_interval(means.responses, means.score_e3, means.squares_e6, 0, 300) as score_interval_e3,
        mean_difference(
            means.responses,
            means.score_e3,
            means.squares_e6,
            earlier.responses,
            earlier.score_e3,
            earlier.squares_e6
        ) as change_interval_e3
    from means
    left join means as earlier
        on
            means.journey = earlier.journey
            and means.quarter = earlier.quarter + interval '3 months'

),

sums as (

    select
        compared.quarter,
        sum(compared.responses) as responses,
        cast(sum(compared.weight_e6) as double) as weight,
        cast(sum(cast(compared.weight_e6 as decimal(38, 0)) * compared.score_e6) as double) as score,
        cast(sum(cast(compared.weight_e6 as decimal(38, 0)) * compared.weight_e6 * compared.variance_e6) as double)
            as variance,
        cast(sum(case when compared.change_e6 is not null then compared.weight_e6 end) as double) as change_weight,
        cast(sum(cast(compared.weight_e6 as decimal(38, 0)) * compared.change_e6) as double) as change,
        cast(
            sum(cast(compared.weight_e6 as decimal(38, 0)) * compared.weight_e6 * compared.change_variance_e6) as double
        ) as change_variance
    from compared
    group by compared.quarter

),

weighted as (

    select
        sums.quarter,
        sums.responses,
        sums.score / nullif(sums.weight, 0) / 1000000 as score,
        1.959963984540054 * sqrt(sums.variance / 1000000) / nullif(sums.weight, 0) as half_width,
        sums.change / nullif(sums.change_weight, 0) / 1000000 as change,
        1.959963984540054 * sqrt(sums.change_variance / 1000000) / nullif(sums.change_weight, 0) as change_half_width
    from sums

)

select
    compared.quarter,
    compared.journey,
    compared.responses,
    compared.score_interval_e3['value'] / 3 as score,
    compared.score_interval_e3['ci_low'] / 3 as score_ci_low,
    compared.score_interval_e3['ci_high'] / 3 as score_ci_high,
    compared.change_interval_e3['value'] / 3 as score_change,
    compared.change_interval_e3['ci_low'] / 3 as score_change_ci_low,
    compared.change_interval_e3['ci_high'] / 3 as score_change_ci_high
from compared

union all

select
    weighted.quarter,
    'all' as journey,
    weighted.responses,
    weighted.score,
    case when weighted.half_width is not null then greatest(weighted.score - weighted.half_width, 0) end
        as score_ci_low,
    case when weighted.half_width is not null then least(weighted.score + weighted.half_width, 100) end
        as score_ci_high,
    weighted.change as score_change,
    weighted.change - weighted.change_half_width as score_change_ci_low,
    weighted.change + weighted.change_half_width as score_change_ci_high
from weighted

-- Grain: one row per quarter and journey (all: the journeys together) with a relationship or touchpoint answer.
-- Tests the bottom-up choice of touchpoints: whether the relationship nps of those who experienced a journey moved
-- with the journey's scores, by quarter, and how strongly the changes correlate over all quarters.

with nps as (

    select
        int_top_down_nps.quarter,
        int_top_down_nps.journey,
        int_top_down_nps.responses,
        int_top_down_nps.nps,
        int_top_down_nps.nps_ci_low,
        int_top_down_nps.nps_ci_high,
        int_top_down_nps.persons < $suppression_limit as is_suppressed,
        nps_difference(
            int_top_down_nps.promoters,
            int_top_down_nps.detractors,
            int_top_down_nps.responses,
            earlier.promoters,
            earlier.detractors,
            earlier.responses
        ) as change
    from int_top_down_nps
    left join int_top_down_nps as earlier
        on
            int_top_down_nps.journey = earlier.journey
            and int_top_down_nps.quarter = earlier.quarter + interval '3 months'
            and int_top_down_nps.persons >= $suppression_limit
            and earlier.persons >= $suppression_limit

),

counts as (

    select
        int_top_down_scores.quarter,
        int_top_down_scores.journey,
        int_top_down_scores.responses
    from int_top_down_scores

    union all

    select
        int_top_down_scores.quarter,
        'all' as journey,
        sum(int_top_down_scores.responses) as responses
    from int_top_down_scores
    group by int_top_down_scores.quarter

),

sides as (

    select
        coalesce(nps.quarter, counts.quarter) as quarter,
        coalesce(nps.journey, counts.journey) as journey,
        coalesce(nps.responses, 0) as nps_responses,
        coalesce(nps.is_suppressed, false) as is_nps_suppressed,
        case when not nps.is_suppressed then nps.nps end as relationship_nps,
        case when not nps.is_suppressed then nps.nps_ci_low end as nps_ci_low,
        case when not nps.is_suppressed then nps.nps_ci_high end as nps_ci_high,
        nps.change['value'] as nps_change,
        nps.change['ci_low'] as nps_change_ci_low,
        nps.change['ci_high'] as nps_change_ci_high,
        coalesce(counts.responses, 0) as score_responses,
        counts.responses is not null and int_top_down_changes.quarter is null as is_score_suppressed,
        int_top_down_changes.score,
        int_top_down_changes.score_ci_low,
        int_top_down_changes.score_ci_high,
        int_top_down_changes.score_change,
        int_top_down_changes.score_change_ci_low,
        int_top_down_changes.score_change_ci_high
    from nps
    full join counts
        on
            nps.quarter = counts.quarter
            and nps.journey = counts.journey
    left join int_top_down_changes
        on
            coalesce(nps.quarter, counts.quarter) = int_top_down_changes.quarter
            and coalesce(nps.journey, counts.journey) = int_top_down_changes.journey

),

paired as (

    -- Changes in whole hundredths of a point, so that the sums of the correlation are exact.
    select
        sides.journey,
        cast(round(sides.nps_change * 100) as bigint) as x,
        cast(round(sides.score_change * 100) as bigint) as y
    from sides
    where
        sides.nps_change is not null
        and sides.score_change is not null

),

moments as (

    select
        paired.journey,
        count(*) as quarters,
        cast(count(*) * sum(paired.x * paired.x) - sum(paired.x) * sum(paired.x) as double) as xx,
        cast(count(*) * sum(paired.y * paired.y) - sum(paired.y) * sum(paired.y) as double) as yy,
        cast(count(*) * sum(paired.x * paired.y) - sum(paired.x) * sum(paired.y) as double) as xy
    from paired
    group by paired.journey

),

estimates as (

    select
        moments.journey,
        moments.quarters,
        case
            when moments.quarters > 2 and moments.xx > 0 and moments.yy > 0
                then moments.xy / sqrt(moments.xx) / sqrt(moments.yy)
        end as correlation
    from moments

),

correlations as (

    -- Two changes in a row share a quarter, so that each series has an autocorrelation of -1/2 by itself: the variance
    -- of r is 1 + 2 x 1/4 times that of as many independent pairs (Bartlett 1935).
    select
        estimates.journey,
        estimates.quarters,
        estimates.correlation,
        correlation_interval(estimates.correlation, estimates.quarters * 2 / 3) as correlation_interval
    from estimates

)

select
    sides.quarter,
    sides.journey,
    cast(sides.quarter + interval '3 months' as date) <= cast(cast($as_of as int) + 1 as date) as is_complete_quarter,
    sides.relationship_nps,
    sides.nps_ci_low,
    sides.nps_ci_high,
    sides.nps_change,
    sides.nps_change_ci_low,
    sides.nps_change_ci_high,
    sides.nps_responses,
    sides.is_nps_suppressed,
    sides.score,
    sides.score_ci_low,
    sides.score_ci_high,
    sides.score_change,
    sides.score_change_ci_low,
    sides.score_change_ci_high,
    sides.score_responses,
    sides.is_score_suppressed,
    case
        when sides.nps_change is null or sides.score_change is null then 'not compared'
        when
            sides.nps_change_ci_low > 0 and sides.score_change_ci_low > 0
            or sides.nps_change_ci_high < 0 and sides.score_change_ci_high < 0
            then 'both moved the same way'
        when
            sides.nps_change_ci_low > 0 and sides.score_change_ci_high < 0
            or sides.nps_change_ci_high < 0 and sides.score_change_ci_low > 0
            then 'moved apart'
        when sides.nps_change_ci_low > 0 or sides.nps_change_ci_high < 0 then 'only nps moved'
        when sides.score_change_ci_low > 0 or sides.score_change_ci_high < 0 then 'only score moved'
        else 'neither moved'
    end as agreement,
    case
        when sides.nps_change is not null and sides.score_change is not null
            then
                sides.nps_change > 0 and sides.score_change > 0
                or sides.nps_change < 0 and sides.score_change < 0
    end as is_same_direction,
    coalesce(correlations.quarters, 0) as quarters_compared,
    correlations.correlation,
    correlations.correlation_interval['ci_low'] as correlation_ci_low,
    correlations.correlation_interval['ci_high'] as correlation_ci_high
from sides
left join correlations
    on sides.journey = correlations.journey

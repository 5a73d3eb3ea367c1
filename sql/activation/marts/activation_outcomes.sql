-- Grain: one row per trigger, outcome, window and assignment.
-- Effect of activations: rate or mean of the outcome in treatment and control, and the difference, with intervals.
-- Both groups are complete, whether or not the persons were reached. A group with fewer customers than
-- $suppression_limit is hidden, and the difference with it.

with cells as (

    select
        int_activation_results.trigger,
        int_activation_results.outcome,
        int_activation_results.window_days,
        int_activation_results.kind,
        count(case when int_activation_results.assignment = 'treatment' then 1 end) as treated,
        count(case when int_activation_results.assignment = 'control' then 1 end) as controls,
        coalesce(
            sum(case when int_activation_results.assignment = 'treatment' then int_activation_results.value end), 0
        )
            as treated_sum,
        coalesce(sum(case when int_activation_results.assignment = 'control' then int_activation_results.value end), 0)
            as control_sum,
        -- Sums of squared money can exceed 64 bits; such a sum has no interval.
        try_cast(
            sum(
                case when int_activation_results.assignment = 'treatment' then 1 else 0 end
                * cast(int_activation_results.value as decimal(19, 0))
                * cast(int_activation_results.value as decimal(19, 0))
            ) as bigint
        ) as treated_squares,
        try_cast(
            sum(
                case when int_activation_results.assignment = 'control' then 1 else 0 end
                * cast(int_activation_results.value as decimal(19, 0))
                * cast(int_activation_results.value as decimal(19, 0))
            ) as bigint
        ) as control_squares
    from int_activation_results
    group by
        int_activation_results.trigger,
        int_activation_results.outcome,
        int_activation_results.window_days,
        int_activation_results.kind

),

estimates as (

    select
        cells.*,
        case
            when cells.kind = 'share' then share_interval(cells.treated_sum, cells.treated)
            else mean_interval(cells.treated, cells.treated_sum, cells.treated_squares)
        end as treatment_rate,
        case
            when cells.kind = 'share' then share_interval(cells.control_sum, cells.controls)
            else mean_interval(cells.controls, cells.control_sum, cells.control_squares)
        end as control_rate,
        case
            when cells.kind = 'share'
                then share_difference(cells.treated_sum, cells.treated, cells.control_sum, cells.controls)
            else mean_difference(
                cells.treated, cells.treated_sum, cells.treated_squares,
                cells.controls, cells.control_sum, cells.control_squares
            )
        end as difference,
        cells.treated >= $suppression_limit and cells.controls >= $suppression_limit as is_comparable
    from cells

),

groups as (

    select
        estimates.trigger,
        'treatment' as assignment,
        estimates.outcome,
        estimates.window_days,
        estimates.kind,
        estimates.treated as customers,
        estimates.treatment_rate as rate,
        case when estimates.is_comparable then estimates.difference['value'] end as uplift,
        case when estimates.is_comparable then estimates.difference['ci_low'] end as ci_low,
        case when estimates.is_comparable then estimates.difference['ci_high'] end as ci_high
    from estimates

    union all

    select
        estimates.trigger,
        'control' as assignment,
        estimates.outcome,
        estimates.window_days,
        estimates.kind,
        estimates.controls as customers,
        estimates.control_rate as rate,
        cast(null as double) as uplift,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high
    from estimates

)

select
    groups.trigger,
    groups.assignment,
    groups.outcome,
    groups.window_days,
    $as_of as as_of,
    groups.kind,
    groups.customers,
    case when groups.customers >= $suppression_limit then groups.rate['value'] end as rate,
    case when groups.customers >= $suppression_limit then groups.rate['ci_low'] end as rate_ci_low,
    case when groups.customers >= $suppression_limit then groups.rate['ci_high'] end as rate_ci_high,
    groups.uplift,
    groups.ci_low,
    groups.ci_high,
    groups.ci_low > 0 or groups.ci_high < 0 as is_significant,
    groups.customers > 0 and groups.customers < $suppression_limit as is_suppressed
from groups

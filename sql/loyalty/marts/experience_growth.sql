-- Grain: one row per metric and score given by someone who had bought by then.
-- Revenue of the $outcome_window_days after an answer against as many days before it, by score, each person once per
-- metric. growth = revenue_after / revenue_before - 1, a ratio of sums: customers without revenue before add to
-- revenue_after. Its interval uses the delta method for a ratio, with Student's t. Customers of less than a whole
-- window have had less time before than after, which looks like growth: the columns established_ exclude them. Scores
-- given by few are hidden, and the smallest other score with them if they could be derived from the sums.

with ranked as (

    select
        int_growth_sums.metric,
        int_growth_sums.score,
        int_growth_sums.basis,
        int_growth_sums.scale_score,
        int_growth_sums.customers,
        int_growth_sums.customers_with_revenue_before,
        int_growth_sums.before_minor,
        int_growth_sums.after_minor,
        int_growth_sums.before,
        int_growth_sums.after,
        int_growth_sums.before_squared,
        int_growth_sums.product,
        int_growth_sums.after_squared,
        int_growth_sums.customers < $suppression_limit as is_too_small,
        sum(case when int_growth_sums.customers < $suppression_limit then 1 else 0 end)
            over (partition by int_growth_sums.metric, int_growth_sums.basis) as hidden_scores,
        sum(case when int_growth_sums.customers < $suppression_limit then int_growth_sums.customers else 0 end)
            over (partition by int_growth_sums.metric, int_growth_sums.basis) as hidden_customers,
        row_number() over (
            partition by
                int_growth_sums.metric, int_growth_sums.basis, int_growth_sums.customers < $suppression_limit
            order by int_growth_sums.customers, int_growth_sums.score
        ) as size_rank
    from int_growth_sums

),

ratios as (

    select
        ranked.metric,
        ranked.score,
        ranked.basis,
        ranked.scale_score,
        ranked.customers,
        ranked.customers_with_revenue_before,
        ranked.before_minor,
        ranked.after_minor,
        ranked.before,
        ranked.before_squared,
        ranked.product,
        ranked.after_squared,
        cast(ranked.customers as double) as n,
        case when ranked.before > 0.0 then ranked.after / ranked.before end as ratio,
        ranked.is_too_small
        or (
            ranked.hidden_scores > 0
            and (ranked.hidden_scores = 1 or ranked.hidden_customers < $suppression_limit)
            and ranked.size_rank = 1
        ) as is_suppressed
    from ranked

),

intervals as (

    -- t x sqrt(n / (n - 1) x sum of (after - ratio x before)^2) / sum of before. The interval of n values with mean 0
    -- and variance n has half-width t.
    select
        ratios.metric,
        ratios.score,
        ratios.basis,
        ratios.scale_score,
        ratios.customers,
        ratios.customers_with_revenue_before,
        ratios.before_minor,
        ratios.after_minor,
        ratios.is_suppressed,
        ratios.ratio - 1.0 as growth,
        case
            when ratios.customers > 1
                then
                    mean_interval(ratios.customers, 0, ratios.customers * (ratios.customers - 1))['ci_high']
                    * sqrt(
                        ratios.n / (ratios.n - 1.0)
                        * greatest(
                            ratios.after_squared
                            - 2.0 * ratios.ratio * ratios.product
                            + ratios.ratio * ratios.ratio * ratios.before_squared,
                            0.0
                        )
                    ) / ratios.before
        end as half_width
    from ratios

),

everybody as (

    select
        intervals.metric,
        intervals.score,
        intervals.scale_score,
        intervals.customers,
        intervals.customers_with_revenue_before,
        intervals.is_suppressed,
        intervals.before_minor,
        intervals.after_minor,
        intervals.growth,
        intervals.half_width
    from intervals
    where intervals.basis = 'all'

),

established as (

    select
        intervals.metric,
        intervals.score,
        intervals.customers,
        intervals.is_suppressed,
        intervals.growth,
        intervals.half_width
    from intervals
    where intervals.basis = 'established'

)

select
    everybody.metric,
    everybody.score,
    everybody.scale_score,
    everybody.customers,
    everybody.customers_with_revenue_before,
    case
        when not everybody.is_suppressed then money(cast(everybody.before_minor as bigint))
    end as revenue_before,
    case
        when not everybody.is_suppressed then money(cast(everybody.after_minor as bigint))
    end as revenue_after,
    case when not everybody.is_suppressed then everybody.growth end as growth,
    case when not everybody.is_suppressed then everybody.growth - everybody.half_width end as ci_low,
    case when not everybody.is_suppressed then everybody.growth + everybody.half_width end as ci_high,
    everybody.is_suppressed,
    coalesce(established.customers, 0) as established_customers,
    case when not established.is_suppressed then established.growth end as established_growth,
    case when not established.is_suppressed then established.growth - established.half_width end as established_ci_low,
    case when not established.is_suppressed then established.growth + established.half_width end as established_ci_high,
    coalesce(established.is_suppressed, false) as is_established_suppressed
from everybody
left join established
    on
        everybody.metric = established.metric
        and everybody.score = established.score

-- Grain: one row per metric and score given by someone who had bought by then.
-- Revenue of the $outcome_window_days after an answer against as many days before it, by score, each person once per
-- metric. growth = revenue_after / revenue_before - 1, a ratio of sums: customers without revenue before add to
-- revenue_after. Its interval uses the delta method for a ratio, with Student's t, and ends at -1, where nothing is
-- left of the revenue. First-time customers are left out (int_growth_sums). Scores given by few are hidden, and the
-- smallest other score with them if they could be derived from the sums.

with ranked as (

    select
        int_growth_sums.metric,
        int_growth_sums.score,
        int_growth_sums.scale_score,
        int_growth_sums.customers,
        int_growth_sums.first_time_customers,
        int_growth_sums.customers_with_revenue_before,
        int_growth_sums.before_minor,
        int_growth_sums.after_minor,
        int_growth_sums.before,
        int_growth_sums.after,
        int_growth_sums.before_squared,
        int_growth_sums.product,
        int_growth_sums.after_squared,
        int_growth_sums.customers between 1 and $suppression_limit - 1 as is_too_small,
        sum(case when int_growth_sums.customers < $suppression_limit then int_growth_sums.customers else 0 end)
            over (partition by int_growth_sums.metric) as hidden_customers,
        row_number() over (
            partition by int_growth_sums.metric, int_growth_sums.customers < $suppression_limit
            order by int_growth_sums.customers, int_growth_sums.score
        ) as size_rank
    from int_growth_sums

),

ratios as (

    select
        ranked.metric,
        ranked.score,
        ranked.scale_score,
        ranked.customers,
        ranked.first_time_customers,
        ranked.customers_with_revenue_before,
        ranked.before_minor,
        ranked.after_minor,
        ranked.before,
        ranked.before_squared,
        ranked.product,
        ranked.after_squared,
        cast(ranked.customers as double) as n,
        case when ranked.before > 0.0 then ranked.after / ranked.before end as ratio,
        case
            when ranked.is_too_small then 'few_persons'
            when
                ranked.customers >= $suppression_limit
                and ranked.hidden_customers between 1 and $suppression_limit - 1
                and ranked.size_rank = 1
                then 'complementary'
        end as suppressed_because
    from ranked

),

intervals as (

    -- t x sqrt(n / (n - 1) x sum of (after - ratio x before)^2) / sum of before. The interval of n values with mean 0
    -- and variance n has half-width t.
    select
        ratios.metric,
        ratios.score,
        ratios.scale_score,
        ratios.customers,
        ratios.first_time_customers,
        ratios.customers_with_revenue_before,
        ratios.before_minor,
        ratios.after_minor,
        ratios.suppressed_because,
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

)

select
    intervals.metric,
    intervals.score,
    intervals.scale_score,
    intervals.customers,
    intervals.first_time_customers,
    intervals.customers_with_revenue_before,
    case
        when intervals.suppressed_because is null then money(cast(intervals.before_minor as bigint))
    end as revenue_before,
    case
        when intervals.suppressed_because is null then money(cast(intervals.after_minor as bigint))
    end as revenue_after,
    case when intervals.suppressed_because is null then intervals.growth end as growth,
    case
        when intervals.suppressed_because is null and intervals.half_width is not null
            then greatest(intervals.growth - intervals.half_width, -1.0)
    end as ci_low,
    case
        when intervals.suppressed_because is null and intervals.half_width is not null
            then greatest(intervals.growth + intervals.half_width, -1.0)
    end as ci_high,
    intervals.suppressed_because is not null as is_suppressed,
    intervals.suppressed_because
from intervals

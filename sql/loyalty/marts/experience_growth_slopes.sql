-- Grain: one row per metric with at least two scores given by customers of experience_growth.
-- How much more (or less) customers grow per step on a common score scale of 0-10. The line after = (a + b x score) x
-- before is fitted over customers, weighted by revenue before: a ratio of sums, like growth. The interval allows for
-- every customer's own deviation (sandwich variance, Student's t on n - 2). correlation is that of score and growth
-- over the scores, weighted by revenue before.

with scores as (

    select
        int_growth_sums.metric,
        int_growth_sums.score,
        -- Steps of the 0-10 scale from one score to the next.
        case int_growth_sums.metric
            when 'csat' then 10.0 / 4.0
            when 'ces' then 10.0 / 6.0
            when 'trust' then 10.0 / 9.0
            when 'emotion' then 10.0 / 9.0
            else 1.0
        end as score_width,
        cast(int_growth_sums.score as double) as x,
        int_growth_sums.customers,
        int_growth_sums.before_minor,
        int_growth_sums.after_minor,
        int_growth_sums.before,
        int_growth_sums.after,
        int_growth_sums.before_squared,
        int_growth_sums.product,
        int_growth_sums.after_squared
    from int_growth_sums
    where int_growth_sums.customers > 0

),

sums as (

    select
        scores.metric,
        count(*) as scores,
        sum(scores.customers) as customers,
        cast(sum(scores.before_minor) as double) as before,
        cast(sum(scores.after_minor) as double) as after,
        cast(sum(scores.before_minor * scores.score) as double) as before_x,
        cast(sum(scores.after_minor * scores.score) as double) as after_x,
        cast(sum(scores.before_minor * scores.score * scores.score) as double) as before_xx
    from scores
    group by scores.metric

),

lines as (

    select
        sums.metric,
        sums.scores,
        sums.customers,
        cast(sums.customers as double) as n,
        sums.after / sums.before as ratio,
        sums.before_x / sums.before as mean_x,
        sums.after_x - sums.before_x / sums.before * sums.after as cross_product,
        sums.before_xx - sums.before_x / sums.before * sums.before_x as spread
    from sums
    where
        sums.scores > 1
        and sums.before > 0.0

),

fits as (

    select
        lines.metric,
        lines.scores,
        lines.customers,
        lines.n,
        lines.ratio,
        lines.mean_x,
        lines.cross_product,
        lines.spread,
        lines.cross_product / lines.spread as slope
    from lines
    where
        lines.spread > 0.0
        and lines.customers > 2

),

deviations as (

    select
        fits.metric,
        scores.score,
        scores.score_width,
        fits.scores,
        fits.customers,
        fits.n,
        fits.slope,
        fits.cross_product,
        fits.spread,
        (scores.x - fits.mean_x) * (scores.x - fits.mean_x)
        * greatest(
            scores.after_squared
            - 2.0 * (fits.ratio + fits.slope * (scores.x - fits.mean_x)) * scores.product
            + (fits.ratio + fits.slope * (scores.x - fits.mean_x))
            * (fits.ratio + fits.slope * (scores.x - fits.mean_x)) * scores.before_squared,
            0.0
        ) as squares,
        case
            when scores.before > 0.0
                then
                    (scores.after / scores.before - fits.ratio)
                    * (scores.after / scores.before - fits.ratio) * scores.before
            else 0.0
        end as growth_squares
    from fits
    inner join scores
        on fits.metric = scores.metric

),

added as (

    -- Added in score order, so that the last bit is always the same.
    select
        deviations.metric,
        deviations.score_width,
        deviations.scores,
        deviations.customers,
        deviations.n,
        deviations.slope,
        deviations.cross_product,
        deviations.spread,
        sum(deviations.squares) over (
            partition by deviations.metric order by deviations.score
            rows between unbounded preceding and current row
        ) as squares,
        sum(deviations.growth_squares) over (
            partition by deviations.metric order by deviations.score
            rows between unbounded preceding and current row
        ) as growth_squares,
        row_number() over (partition by deviations.metric order by deviations.score desc)
            as from_last
    from deviations

),

intervals as (

    -- The interval of n - 1 values with mean 0 and variance n - 1 has the half-width of t on n - 2.
    select
        added.metric,
        added.scores,
        added.customers,
        added.customers < $suppression_limit as is_suppressed,
        added.slope / added.score_width as slope,
        mean_interval(added.customers - 1, 0, (added.customers - 1) * (added.customers - 2))['ci_high']
        * sqrt(added.n / (added.n - 2.0) * added.squares) / added.spread / added.score_width as half_width,
        case
            when added.growth_squares > 0.0
                then least(greatest(added.cross_product / sqrt(added.spread * added.growth_squares), -1.0), 1.0)
        end as correlation
    from added
    where added.from_last = 1

)

select
    intervals.metric,
    intervals.scores,
    intervals.customers,
    case when not intervals.is_suppressed then intervals.slope end as slope,
    case when not intervals.is_suppressed then intervals.slope - intervals.half_width end as ci_low,
    case when not intervals.is_suppressed then intervals.slope + intervals.half_width end as ci_high,
    case
        when not intervals.is_suppressed
            then intervals.slope - intervals.half_width > 0.0 or intervals.slope + intervals.half_width < 0.0
    end as is_significant,
    case when not intervals.is_suppressed then intervals.correlation end as correlation,
    intervals.is_suppressed
from intervals

-- Grain: one row per measure, basis and lag with at least one pair.
-- Correlation of engagement with customer scores and revenue, at several lags. Uses quarters of units, each figure
-- from at least $suppression_limit answers. Basis between_units: each unit once, its mean over its quarters; do units
-- with more engaged employees do better? Basis within_units: each quarter's engagement against the same unit's
-- measure lag_months later, both as deviations from the unit's own mean; do they move together? Deviations of one
-- unit share its mean, so the interval counts pairs - units + 1 of them. Quarters of one unit may still be correlated
-- and the interval too narrow. A correlation is not a cause. It is hidden below $suppression_limit units.

with measures as (

    select
        int_unit_quarters.unit,
        int_unit_quarters.quarter_no,
        'customer_nps' as measure,
        int_unit_quarters.customer_nps_e6 as value_e6
    from int_unit_quarters
    where int_unit_quarters.customer_nps_e6 is not null

    union all

    select
        int_unit_quarters.unit,
        int_unit_quarters.quarter_no,
        'customer_csat' as measure,
        int_unit_quarters.customer_csat_e6 as value_e6
    from int_unit_quarters
    where int_unit_quarters.customer_csat_e6 is not null

    union all

    select
        int_unit_quarters.unit,
        int_unit_quarters.quarter_no,
        'revenue_growth' as measure,
        int_unit_quarters.revenue_growth_e6 as value_e6
    from int_unit_quarters
    where int_unit_quarters.revenue_growth_e6 is not null

),

engagement as (

    select
        int_unit_quarters.unit,
        int_unit_quarters.quarter_no,
        int_unit_quarters.engagement_e6
    from int_unit_quarters
    where int_unit_quarters.engagement_e6 is not null

),

unit_engagement as (

    select
        engagement.unit,
        cast(round(cast(sum(engagement.engagement_e6) as double) / cast(count(*) as double)) as bigint) as x
    from engagement
    group by engagement.unit

),

unit_measures as (

    select
        measures.unit,
        measures.measure,
        cast(round(cast(sum(measures.value_e6) as double) / cast(count(*) as double)) as bigint) as y
    from measures
    group by
        measures.unit,
        measures.measure

),

lagged as (

    select
        measures.measure,
        measures.quarter_no - engagement.quarter_no as lag_quarters,
        engagement.unit,
        engagement.engagement_e6,
        measures.value_e6
    from engagement
    inner join measures
        on engagement.unit = measures.unit
    where
        measures.quarter_no - engagement.quarter_no >= 0
        and measures.quarter_no - engagement.quarter_no <= 3

),

means as (

    select
        lagged.measure,
        lagged.lag_quarters,
        lagged.unit,
        cast(round(cast(sum(lagged.engagement_e6) as double) / cast(count(*) as double)) as bigint) as x,
        cast(round(cast(sum(lagged.value_e6) as double) / cast(count(*) as double)) as bigint) as y
    from lagged
    group by
        lagged.measure,
        lagged.lag_quarters,
        lagged.unit
    having count(*) > 1

),

pairs as (

    select
        unit_measures.measure,
        'between_units' as basis,
        0 as lag_quarters,
        unit_engagement.unit,
        unit_engagement.x,
        unit_measures.y
    from unit_engagement
    inner join unit_measures
        on unit_engagement.unit = unit_measures.unit

    union all

    select
        lagged.measure,
        'within_units' as basis,
        lagged.lag_quarters,
        lagged.unit,
        lagged.engagement_e6 - means.x as x,
        lagged.value_e6 - means.y as y
    from lagged
    inner join means
        on
            lagged.measure = means.measure
            and lagged.lag_quarters = means.lag_quarters
            and lagged.unit = means.unit

),

sums as (

    -- Squares of all pairs together may exceed 64 bits.
    select
        pairs.measure,
        pairs.basis,
        pairs.lag_quarters,
        count(*) as pairs,
        count(distinct pairs.unit) as units,
        cast(count(*) as double) as n,
        cast(sum(pairs.x) as double) as x,
        cast(sum(pairs.y) as double) as y,
        cast(sum(cast(pairs.x as decimal(18, 0)) * cast(pairs.x as decimal(18, 0))) as double) as xx,
        cast(sum(cast(pairs.y as decimal(18, 0)) * cast(pairs.y as decimal(18, 0))) as double) as yy,
        cast(sum(cast(pairs.x as decimal(18, 0)) * cast(pairs.y as decimal(18, 0))) as double) as xy
    from pairs
    group by
        pairs.measure,
        pairs.basis,
        pairs.lag_quarters

),

moments as (

    select
        sums.measure,
        sums.basis,
        sums.lag_quarters,
        sums.pairs,
        sums.units,
        sums.n * sums.xy - sums.x * sums.y as cross_product,
        sums.n * sums.xx - sums.x * sums.x as spread_x,
        sums.n * sums.yy - sums.y * sums.y as spread_y
    from sums

),

correlations as (

    select
        moments.measure,
        moments.basis,
        moments.lag_quarters,
        moments.pairs,
        moments.units,
        case when moments.basis = 'between_units' then moments.pairs else moments.pairs - moments.units + 1 end
            as effective_pairs,
        moments.units < $suppression_limit as is_suppressed,
        case
            when moments.spread_x > 0.0 and moments.spread_y > 0.0
                then
                    least(
                        greatest(moments.cross_product / sqrt(moments.spread_x) / sqrt(moments.spread_y), -1.0), 1.0
                    )
        end as correlation
    from moments

),

intervals as (

    select
        correlations.measure,
        correlations.basis,
        correlations.lag_quarters,
        correlations.pairs,
        correlations.units,
        correlations.effective_pairs,
        correlations.is_suppressed,
        correlations.correlation,
        correlation_interval(correlations.correlation, correlations.effective_pairs) as interval_of_correlation
    from correlations

)

select
    intervals.measure,
    intervals.basis,
    intervals.lag_quarters * 3 as lag_months,
    intervals.units,
    intervals.pairs,
    intervals.effective_pairs,
    case when not intervals.is_suppressed then intervals.correlation end as correlation,
    case when not intervals.is_suppressed then intervals.interval_of_correlation['ci_low'] end as ci_low,
    case when not intervals.is_suppressed then intervals.interval_of_correlation['ci_high'] end as ci_high,
    case
        when not intervals.is_suppressed
            then
                intervals.interval_of_correlation['ci_low'] > 0.0
                or intervals.interval_of_correlation['ci_high'] < 0.0
    end as is_significant,
    intervals.is_suppressed
from intervals

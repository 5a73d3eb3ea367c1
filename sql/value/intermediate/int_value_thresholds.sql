-- Grain: one row per valuation date, measure and tier.
-- Where each tier of the lookup tier_thresholds begins: at a fixed amount, or else at a quantile of the value of the
-- last 12 months (int_values_12m) over buyers above zero, and of the expected margin over buyers with any. A tier
-- reaches up to where the next one begins; below the lowest is tier low, for value above zero. A tier that nobody can
-- reach has no row.

with amounts as (

    select
        int_values_12m.valuation_date,
        'value' as measure,
        int_values_12m.value_12m_minor as amount_minor
    from int_values_12m
    where int_values_12m.value_12m_minor > 0

    union all

    select
        int_customer_expectations.valuation_date,
        'potential' as measure,
        int_customer_expectations.expected_margin_12m_minor as amount_minor
    from int_customer_expectations
    where int_customer_expectations.expected_margin_12m_minor > 0

),

ranked as (

    select
        amounts.valuation_date,
        amounts.measure,
        amounts.amount_minor,
        row_number() over (
            partition by amounts.valuation_date, amounts.measure order by amounts.amount_minor
        ) as position,
        count(*) over (partition by amounts.valuation_date, amounts.measure) as customers
    from amounts

),

quantiles as (

    select
        ranked.valuation_date,
        ranked.measure,
        tier_thresholds.tier,
        min(ranked.amount_minor) as from_minor
    from ranked
    inner join tier_thresholds
        on ranked.measure = tier_thresholds.measure
    where ranked.position >= ranked.customers * tier_thresholds.quantile
    group by
        ranked.valuation_date,
        ranked.measure,
        tier_thresholds.tier

),

begun as (

    select
        int_valuation_dates.valuation_date,
        tier_thresholds.measure,
        tier_thresholds.tier,
        tier_thresholds.level,
        tier_thresholds.quantile,
        coalesce(cast(tier_thresholds.amount * 100 as bigint), quantiles.from_minor) as from_minor
    from int_valuation_dates
    cross join tier_thresholds
    left join quantiles
        on
            int_valuation_dates.valuation_date = quantiles.valuation_date
            and tier_thresholds.measure = quantiles.measure
            and tier_thresholds.tier = quantiles.tier

),

measures as (

    select tier_thresholds.measure
    from tier_thresholds
    group by tier_thresholds.measure

),

tiers as (

    select
        begun.valuation_date,
        begun.measure,
        begun.tier,
        begun.level,
        begun.quantile,
        begun.from_minor
    from begun
    where begun.from_minor is not null

    union all

    select
        int_valuation_dates.valuation_date,
        measures.measure,
        'low' as tier,
        'low' as level,
        cast(null as decimal(6, 4)) as quantile,
        cast(null as bigint) as from_minor
    from int_valuation_dates
    cross join measures

)

select
    tiers.valuation_date,
    tiers.measure,
    tiers.tier,
    tiers.level,
    tiers.from_minor,
    -- Of two tiers that begin at the same amount the higher one counts: the range of the other is empty.
    lead(tiers.from_minor) over (
        partition by tiers.valuation_date, tiers.measure
        order by tiers.from_minor asc nulls first, tiers.quantile asc nulls first, tiers.tier
    ) as below_minor,
    row_number() over (
        partition by tiers.valuation_date, tiers.measure
        order by tiers.from_minor desc nulls last, tiers.quantile desc nulls last, tiers.tier desc
    ) as tier_rank
from tiers

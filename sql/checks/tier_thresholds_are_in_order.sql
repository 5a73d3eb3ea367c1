-- Each tier begins at an amount or at a quantile between 0 and 1, and high begins above medium. Otherwise tiers would
-- be empty, or rows would be unused. Returns the rows that break this.

with measures as (

    select
        tier_thresholds.measure,
        max(case when tier_thresholds.tier = 'high' then tier_thresholds.quantile end) as high_quantile,
        max(case when tier_thresholds.tier = 'high' then tier_thresholds.amount end) as high_amount,
        max(case when tier_thresholds.tier = 'medium' then tier_thresholds.quantile end) as medium_quantile,
        max(case when tier_thresholds.tier = 'medium' then tier_thresholds.amount end) as medium_amount
    from tier_thresholds
    group by tier_thresholds.measure

)

select
    tier_thresholds.measure,
    tier_thresholds.tier,
    tier_thresholds.quantile,
    tier_thresholds.amount
from tier_thresholds
inner join measures
    on tier_thresholds.measure = measures.measure
where
    tier_thresholds.measure not in ('value', 'potential')
    or tier_thresholds.tier not in ('high', 'medium')
    or (tier_thresholds.quantile is null and tier_thresholds.amount is null)
    or tier_thresholds.quantile <= 0
    or tier_thresholds.quantile >= 1
    or measures.high_amount <= measures.medium_amount
    or (
        measures.high_amount is null
        and measures.medium_amount is null
        and measures.high_quantile <= measures.medium_quantile
    )

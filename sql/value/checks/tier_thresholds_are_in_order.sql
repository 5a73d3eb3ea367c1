-- Each tier begins at an amount or at a quantile between 0 and 1 and has a level; no two tiers of a measure begin at
-- the same place, and a tier of a higher level begins above those of a lower one. Returns the rows that break this.

with doubled as (

    select
        tier_thresholds.measure,
        tier_thresholds.quantile,
        tier_thresholds.amount
    from tier_thresholds
    group by
        tier_thresholds.measure,
        tier_thresholds.quantile,
        tier_thresholds.amount
    having count(*) > 1

),

levels as (

    -- A tier of a higher level begins above every tier of a lower one.
    select
        tier_thresholds.measure,
        max(case when tier_thresholds.level = 'medium' then tier_thresholds.quantile end) as medium_quantile,
        max(case when tier_thresholds.level = 'medium' then tier_thresholds.amount end) as medium_amount,
        max(case when tier_thresholds.level = 'low' then tier_thresholds.quantile end) as low_quantile,
        max(case when tier_thresholds.level = 'low' then tier_thresholds.amount end) as low_amount
    from tier_thresholds
    group by tier_thresholds.measure

)

select
    tier_thresholds.measure,
    tier_thresholds.tier,
    tier_thresholds.quantile,
    tier_thresholds.amount,
    tier_thresholds.level
from tier_thresholds
inner join levels
    on tier_thresholds.measure = levels.measure
left join doubled
    on
        tier_thresholds.measure = doubled.measure
        and coalesce(tier_thresholds.quantile = doubled.quantile, doubled.quantile is null)
        and coalesce(tier_thresholds.amount = doubled.amount, doubled.amount is null)
where
    tier_thresholds.measure not in ('value', 'potential')
    or tier_thresholds.tier in ('low', 'unprofitable', 'none')
    or tier_thresholds.level is null
    or tier_thresholds.level not in ('high', 'medium', 'low')
    or (tier_thresholds.quantile is null and tier_thresholds.amount is null)
    or tier_thresholds.quantile <= 0
    or tier_thresholds.quantile >= 1
    or doubled.measure is not null
    or (
        tier_thresholds.level = 'high'
        and (
            tier_thresholds.quantile <= greatest(levels.medium_quantile, levels.low_quantile)
            or tier_thresholds.amount <= greatest(levels.medium_amount, levels.low_amount)
        )
    )
    or (
        tier_thresholds.level = 'medium'
        and (tier_thresholds.quantile <= levels.low_quantile or tier_thresholds.amount <= levels.low_amount)
    )

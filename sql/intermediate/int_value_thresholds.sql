-- Grain: one row per valuation date.
-- Lower limits of the tiers, by the lookup tier_thresholds: a fixed amount, or else a quantile of the contribution
-- profit of the last 12 months over buyers who made one, and of the expected margin over buyers with any.

with settings as (

    select
        max(
            case
                when tier_thresholds.measure = 'value' and tier_thresholds.tier = 'high' then tier_thresholds.quantile
            end
        ) as value_high_quantile,
        max(
            case
                when tier_thresholds.measure = 'value' and tier_thresholds.tier = 'medium' then tier_thresholds.quantile
            end
        ) as value_medium_quantile,
        max(
            case
                when
                    tier_thresholds.measure = 'potential' and tier_thresholds.tier = 'high'
                    then tier_thresholds.quantile
            end
        ) as potential_high_quantile,
        max(
            case
                when
                    tier_thresholds.measure = 'potential' and tier_thresholds.tier = 'medium'
                    then tier_thresholds.quantile
            end
        ) as potential_medium_quantile,
        max(
            case
                when tier_thresholds.measure = 'value' and tier_thresholds.tier = 'high' then tier_thresholds.amount
            end
        ) as value_high_amount,
        max(
            case
                when tier_thresholds.measure = 'value' and tier_thresholds.tier = 'medium' then tier_thresholds.amount
            end
        ) as value_medium_amount,
        max(
            case
                when tier_thresholds.measure = 'potential' and tier_thresholds.tier = 'high' then tier_thresholds.amount
            end
        ) as potential_high_amount,
        max(
            case
                when
                    tier_thresholds.measure = 'potential' and tier_thresholds.tier = 'medium'
                    then tier_thresholds.amount
            end
        ) as potential_medium_amount
    from tier_thresholds

),

amounts as (

    select
        int_value_inputs.valuation_date,
        'value' as measure,
        int_value_inputs.contribution_12m_minor as amount_minor
    from int_value_inputs
    where int_value_inputs.contribution_12m_minor > 0

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
        row_number()
            over (partition by amounts.valuation_date, amounts.measure order by amounts.amount_minor)
            as position,
        count(*) over (partition by amounts.valuation_date, amounts.measure) as customers
    from amounts

),

placed as (

    select
        ranked.valuation_date,
        ranked.measure,
        ranked.amount_minor,
        ranked.position >= ranked.customers
        * case when ranked.measure = 'value' then settings.value_high_quantile else settings.potential_high_quantile end
            as is_high,
        ranked.position >= ranked.customers
        * case
            when ranked.measure = 'value' then settings.value_medium_quantile else settings.potential_medium_quantile
        end
            as is_medium
    from ranked
    cross join settings

),

quantiles as (

    select
        placed.valuation_date,
        min(case when placed.measure = 'value' and placed.is_high then placed.amount_minor end) as value_high_minor,
        min(case when placed.measure = 'value' and placed.is_medium then placed.amount_minor end) as value_medium_minor,
        min(case when placed.measure = 'potential' and placed.is_high then placed.amount_minor end)
            as potential_high_minor,
        min(case when placed.measure = 'potential' and placed.is_medium then placed.amount_minor end)
            as potential_medium_minor
    from placed
    group by placed.valuation_date

)

select
    int_valuation_dates.valuation_date,
    coalesce(cast(settings.value_high_amount * 100 as bigint), quantiles.value_high_minor) as value_high_from_minor,
    coalesce(cast(settings.value_medium_amount * 100 as bigint), quantiles.value_medium_minor)
        as value_medium_from_minor,
    coalesce(cast(settings.potential_high_amount * 100 as bigint), quantiles.potential_high_minor)
        as potential_high_from_minor,
    coalesce(cast(settings.potential_medium_amount * 100 as bigint), quantiles.potential_medium_minor)
        as potential_medium_from_minor
from int_valuation_dates
cross join settings
left join quantiles
    on int_valuation_dates.valuation_date = quantiles.valuation_date

-- Grain: one row per valuation date and person with an order by then.
-- Tiers of each buyer, the segment they form, and the thresholds behind them. A tier of the lookup tier_thresholds
-- begins at a fixed amount or at a quantile: of the contribution profit of the last 12 months over buyers with any, and
-- of the expected margin over buyers with any.

with amounts as (

    select
        int_customer_contributions.valuation_date,
        'value' as measure,
        int_customer_contributions.contribution_12m_minor as amount_minor
    from int_customer_contributions
    where int_customer_contributions.contribution_12m_minor > 0

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
        row_number() over (partition by amounts.valuation_date, amounts.measure order by amounts.amount_minor)
            as position,
        count(*) over (partition by amounts.valuation_date, amounts.measure) as customers
    from amounts

),

quantiles as (

    select
        ranked.valuation_date,
        tier_thresholds.measure,
        tier_thresholds.tier,
        min(ranked.amount_minor) as from_minor
    from ranked
    inner join tier_thresholds
        on ranked.measure = tier_thresholds.measure
    where ranked.position >= ranked.customers * tier_thresholds.quantile
    group by
        ranked.valuation_date,
        tier_thresholds.measure,
        tier_thresholds.tier

),

beginnings as (

    select
        int_valuation_dates.valuation_date,
        concat(tier_thresholds.measure, ' ', tier_thresholds.tier) as tier,
        coalesce(cast(tier_thresholds.amount * 100 as bigint), quantiles.from_minor) as from_minor
    from int_valuation_dates
    cross join tier_thresholds
    left join quantiles
        on
            int_valuation_dates.valuation_date = quantiles.valuation_date
            and tier_thresholds.measure = quantiles.measure
            and tier_thresholds.tier = quantiles.tier

),

thresholds as (

    select
        beginnings.valuation_date,
        max(case when beginnings.tier = 'value high' then beginnings.from_minor end) as value_high_from_minor,
        max(case when beginnings.tier = 'value medium' then beginnings.from_minor end) as value_medium_from_minor,
        max(case when beginnings.tier = 'potential high' then beginnings.from_minor end) as potential_high_from_minor,
        max(case when beginnings.tier = 'potential medium' then beginnings.from_minor end)
            as potential_medium_from_minor
    from beginnings
    group by beginnings.valuation_date

),

tiers as (

    select
        int_value_inputs.valuation_date,
        int_value_inputs.is_current,
        int_value_inputs.customer_no,
        int_value_inputs.frequency,
        int_value_inputs.recency_days,
        int_value_inputs.age_days,
        int_value_inputs.days_since_purchase,
        int_value_inputs.order_count,
        int_value_inputs.margin_minor,
        int_customer_contributions.contribution_12m_minor,
        int_value_inputs.later_purchase_days,
        int_customer_expectations.p_alive,
        int_customer_expectations.expected_orders_12m,
        int_customer_expectations.expected_order_margin_minor,
        int_customer_expectations.expected_margin_12m_minor,
        int_customer_expectations.is_purchase_model_used,
        int_customer_expectations.model_status,
        thresholds.value_high_from_minor,
        thresholds.value_medium_from_minor,
        thresholds.potential_high_from_minor,
        thresholds.potential_medium_from_minor,
        case
            when int_customer_contributions.contribution_12m_minor < 0 then 'unprofitable'
            when int_customer_contributions.contribution_12m_minor >= thresholds.value_high_from_minor then 'high'
            when int_customer_contributions.contribution_12m_minor >= thresholds.value_medium_from_minor then 'medium'
            else 'low'
        end as value_tier,
        case
            when int_customer_expectations.expected_margin_12m_minor >= thresholds.potential_high_from_minor then 'high'
            when int_customer_expectations.expected_margin_12m_minor >= thresholds.potential_medium_from_minor
                then 'medium'
            else 'low'
        end as potential_tier
    from int_value_inputs
    inner join int_customer_expectations
        on
            int_value_inputs.valuation_date = int_customer_expectations.valuation_date
            and int_value_inputs.customer_no = int_customer_expectations.customer_no
    inner join int_customer_contributions
        on
            int_value_inputs.valuation_date = int_customer_contributions.valuation_date
            and int_value_inputs.customer_no = int_customer_contributions.customer_no
    inner join thresholds
        on int_value_inputs.valuation_date = thresholds.valuation_date

)

select
    tiers.valuation_date,
    tiers.is_current,
    tiers.customer_no,
    tiers.frequency,
    tiers.recency_days,
    tiers.age_days,
    tiers.days_since_purchase,
    tiers.order_count,
    tiers.margin_minor,
    tiers.contribution_12m_minor,
    tiers.later_purchase_days,
    tiers.p_alive,
    tiers.expected_orders_12m,
    tiers.expected_order_margin_minor,
    tiers.expected_margin_12m_minor,
    tiers.is_purchase_model_used,
    tiers.model_status,
    tiers.value_high_from_minor,
    tiers.value_medium_from_minor,
    tiers.potential_high_from_minor,
    tiers.potential_medium_from_minor,
    tiers.value_tier,
    tiers.potential_tier,
    concat(tiers.value_tier, ' x ', tiers.potential_tier) as value_segment
from tiers

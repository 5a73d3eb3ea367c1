-- Grain: one row per valuation date and person with an order by then.
-- Tiers of each buyer, the segment they form, and the thresholds behind them.

with tiers as (

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
        int_value_inputs.contribution_12m_minor,
        int_value_inputs.later_purchase_days,
        int_customer_expectations.p_alive,
        int_customer_expectations.expected_orders_12m,
        int_customer_expectations.expected_order_margin_minor,
        int_customer_expectations.expected_margin_12m_minor,
        int_customer_expectations.is_purchase_model_used,
        int_customer_expectations.model_status,
        int_value_thresholds.value_high_from_minor,
        int_value_thresholds.value_medium_from_minor,
        int_value_thresholds.potential_high_from_minor,
        int_value_thresholds.potential_medium_from_minor,
        case
            when int_value_inputs.contribution_12m_minor < 0 then 'unprofitable'
            when int_value_inputs.contribution_12m_minor >= int_value_thresholds.value_high_from_minor then 'high'
            when int_value_inputs.contribution_12m_minor >= int_value_thresholds.value_medium_from_minor then 'medium'
            else 'low'
        end as value_tier,
        case
            when
                int_customer_expectations.expected_margin_12m_minor >= int_value_thresholds.potential_high_from_minor
                then 'high'
            when
                int_customer_expectations.expected_margin_12m_minor >= int_value_thresholds.potential_medium_from_minor
                then 'medium'
            else 'low'
        end as potential_tier
    from int_value_inputs
    inner join int_customer_expectations
        on
            int_value_inputs.valuation_date = int_customer_expectations.valuation_date
            and int_value_inputs.customer_no = int_customer_expectations.customer_no
    inner join int_value_thresholds
        on int_value_inputs.valuation_date = int_value_thresholds.valuation_date

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

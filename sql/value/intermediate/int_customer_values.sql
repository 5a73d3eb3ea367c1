-- Grain: one row per valuation date and person with an order by then.
-- Tiers of each buyer and the segment that the two make. Below zero in the 12 months is tier unprofitable, exactly zero
-- is tier none. value_level and potential_level show which of the usual
-- tiers a tier counts as for triggers, by the lookup tier_thresholds.

with value_tiers as (

    select
        int_value_thresholds.valuation_date,
        int_value_thresholds.tier,
        int_value_thresholds.level,
        int_value_thresholds.from_minor,
        int_value_thresholds.below_minor
    from int_value_thresholds
    where int_value_thresholds.measure = 'value'

),

potential_tiers as (

    select
        int_value_thresholds.valuation_date,
        int_value_thresholds.tier,
        int_value_thresholds.level,
        int_value_thresholds.from_minor,
        int_value_thresholds.below_minor
    from int_value_thresholds
    where int_value_thresholds.measure = 'potential'

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
        int_values_12m.value_12m_minor,
        int_value_inputs.later_purchase_days,
        int_customer_expectations.p_alive,
        int_customer_expectations.expected_orders_12m,
        int_customer_expectations.expected_order_margin_minor,
        int_customer_expectations.expected_margin_12m_minor,
        int_customer_expectations.is_purchase_model_used,
        int_customer_expectations.model_status,
        case
            when int_values_12m.value_12m_minor < 0 then 'unprofitable'
            when int_values_12m.value_12m_minor = 0 then 'none'
            else value_tiers.tier
        end as value_tier,
        case
            when int_values_12m.value_12m_minor < 0 then 'unprofitable'
            when int_values_12m.value_12m_minor = 0 then 'none'
            else value_tiers.level
        end as value_level,
        potential_tiers.tier as potential_tier,
        potential_tiers.level as potential_level
    from int_value_inputs
    inner join int_customer_expectations
        on
            int_value_inputs.valuation_date = int_customer_expectations.valuation_date
            and int_value_inputs.customer_no = int_customer_expectations.customer_no
    inner join int_values_12m
        on
            int_value_inputs.valuation_date = int_values_12m.valuation_date
            and int_value_inputs.customer_no = int_values_12m.customer_no
    inner join value_tiers
        on
            int_values_12m.valuation_date = value_tiers.valuation_date
            and coalesce(int_values_12m.value_12m_minor >= value_tiers.from_minor, true)
            and coalesce(int_values_12m.value_12m_minor < value_tiers.below_minor, true)
    inner join potential_tiers
        on
            int_customer_expectations.valuation_date = potential_tiers.valuation_date
            and coalesce(int_customer_expectations.expected_margin_12m_minor >= potential_tiers.from_minor, true)
            and coalesce(int_customer_expectations.expected_margin_12m_minor < potential_tiers.below_minor, true)

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
    tiers.value_12m_minor,
    tiers.later_purchase_days,
    tiers.p_alive,
    tiers.expected_orders_12m,
    tiers.expected_order_margin_minor,
    tiers.expected_margin_12m_minor,
    tiers.is_purchase_model_used,
    tiers.model_status,
    tiers.value_tier,
    tiers.value_level,
    tiers.potential_tier,
    tiers.potential_level,
    concat(tiers.value_tier, ' x ', tiers.potential_tier) as value_segment
from tiers

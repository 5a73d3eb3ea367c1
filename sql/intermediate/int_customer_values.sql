-- Grain: one row per person with an order.
-- Expectations and tiers of each buyer, with the thresholds that made them. clv is the expected margin
-- of the next 12 months held for $clv_horizon_days and discounted by $discount_rate a year, each year's
-- margin as if it came in the middle of that year (or of the part of it within the horizon).

with years as (

    select cast(unnest(range(1, 21)) as double) as year_number

),

horizon as (

    -- Years of margin, each at its present value: the factor that turns a yearly margin into a clv.
    select
        sum(
            cast(
                least(cast($clv_horizon_days as double) / 365.0 - (years.year_number - 1.0), 1.0)
                / power(
                    1.0 + cast($discount_rate as double),
                    years.year_number - 1.0
                    + least(cast($clv_horizon_days as double) / 365.0 - (years.year_number - 1.0), 1.0) / 2.0
                ) as decimal(18, 8)
            )
        ) as factor
    from years
    where cast($clv_horizon_days as double) / 365.0 > years.year_number - 1.0

),

tiers as (

    select
        int_value_inputs.customer_no,
        int_value_inputs.frequency,
        int_value_inputs.recency_days,
        int_value_inputs.age_days,
        int_value_inputs.order_count,
        int_value_inputs.margin_minor,
        int_value_inputs.contribution_12m_minor,
        int_customer_expectations.p_alive,
        int_customer_expectations.expected_orders_12m,
        int_customer_expectations.expected_order_margin_minor,
        int_customer_expectations.expected_margin_12m_minor,
        cast(
            round(
                cast(int_customer_expectations.expected_margin_12m_minor as double) * cast(horizon.factor as double)
            ) as bigint
        ) as clv_minor,
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
        on int_value_inputs.customer_no = int_customer_expectations.customer_no
    cross join int_value_thresholds
    cross join horizon

)

select
    tiers.customer_no,
    tiers.frequency,
    tiers.recency_days,
    tiers.age_days,
    tiers.order_count,
    tiers.margin_minor,
    tiers.contribution_12m_minor,
    tiers.p_alive,
    tiers.expected_orders_12m,
    tiers.expected_order_margin_minor,
    tiers.expected_margin_12m_minor,
    tiers.clv_minor,
    tiers.value_high_from_minor,
    tiers.value_medium_from_minor,
    tiers.potential_high_from_minor,
    tiers.potential_medium_from_minor,
    tiers.value_tier,
    tiers.potential_tier,
    concat(tiers.value_tier, ' x ', tiers.potential_tier) as value_segment
from tiers

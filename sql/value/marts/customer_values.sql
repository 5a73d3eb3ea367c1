-- Grain: one row per customer with a purchase.
-- Current and potential value of each buyer, the resulting tiers and their thresholds. The tiers follow from value_12m
-- and expected_value_12m, by the measure in basis; what is not known of margin and profit is null. model_status gives
-- the model behind the expectations.

with limits as (

    -- The amounts of the usual tiers; those of all tiers are in value_tiers.
    select
        int_value_thresholds.valuation_date,
        max(
            case
                when int_value_thresholds.measure = 'value' and int_value_thresholds.tier = 'high'
                    then int_value_thresholds.from_minor
            end
        ) as value_high_from_minor,
        max(
            case
                when int_value_thresholds.measure = 'value' and int_value_thresholds.tier = 'medium'
                    then int_value_thresholds.from_minor
            end
        ) as value_medium_from_minor,
        max(
            case
                when int_value_thresholds.measure = 'potential' and int_value_thresholds.tier = 'high'
                    then int_value_thresholds.from_minor
            end
        ) as potential_high_from_minor,
        max(
            case
                when int_value_thresholds.measure = 'potential' and int_value_thresholds.tier = 'medium'
                    then int_value_thresholds.from_minor
            end
        ) as potential_medium_from_minor
    from int_value_thresholds
    group by int_value_thresholds.valuation_date

)

select
    int_persons.customer_key,
    int_customer_values.frequency,
    int_customer_values.recency_days,
    int_customer_values.age_days,
    int_customer_values.days_since_purchase,
    int_customer_values.order_count,
    case
        when int_customer_profit.has_known_margin
            then
                cast(
                    money(int_customer_profit.costed_net_minor - int_customer_profit.cost_of_goods_minor)
                    / int_customer_values.order_count as decimal(18, 2)
                )
    end as mean_order_margin,
    case when int_customer_profit.has_known_profit_12m then money(int_customer_profit.contribution_12m_minor) end
        as contribution_profit_12m,
    int_customer_profit.basis,
    money(int_customer_values.value_12m_minor) as value_12m,
    money(int_customer_values.expected_margin_12m_minor) as expected_value_12m,
    int_customer_values.p_alive,
    int_customer_values.expected_orders_12m,
    case
        when int_customer_profit.basis <> 'net_revenue' then money(int_customer_values.expected_order_margin_minor)
    end as expected_order_margin,
    case when int_customer_profit.basis <> 'net_revenue' then money(int_customer_values.expected_margin_12m_minor) end
        as expected_margin_12m,
    case when int_customer_profit.basis <> 'net_revenue' then money(int_customer_lifetimes.clv_minor) end as clv,
    cast($clv_horizon_days as bigint) as clv_horizon_days,
    int_customer_values.value_tier,
    int_customer_values.potential_tier,
    int_customer_values.value_segment,
    money(limits.value_high_from_minor) as value_high_from,
    money(limits.value_medium_from_minor) as value_medium_from,
    money(limits.potential_high_from_minor) as potential_high_from,
    money(limits.potential_medium_from_minor) as potential_medium_from,
    int_customer_values.model_status
from int_customer_values
inner join int_customer_lifetimes
    on int_customer_values.customer_no = int_customer_lifetimes.customer_no
inner join int_customer_profit
    on int_customer_values.customer_no = int_customer_profit.customer_no
inner join int_persons
    on int_customer_values.customer_no = int_persons.customer_no
inner join limits
    on int_customer_values.valuation_date = limits.valuation_date
where int_customer_values.is_current

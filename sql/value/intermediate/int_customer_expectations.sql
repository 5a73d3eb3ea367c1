-- Grain: one row per valuation date and person with an order by then.
-- Expectations for each buyer by the predictor that passes the gate: the fitted models, or the heuristic instead
-- (both are computed in int_value_predictions). The models expect purchases, which are days with an order; orders are
-- purchases x orders per purchase day.

with chosen as (

    select
        int_value_predictions.valuation_date,
        int_value_predictions.is_current,
        int_value_predictions.customer_no,
        int_value_predictions.frequency,
        int_value_predictions.recency_days,
        int_value_predictions.age_days,
        case
            when int_value_gate.is_purchase_model_used and int_value_predictions.fitted_purchases_12m is not null
                then int_value_predictions.fitted_p_alive
            else int_value_predictions.heuristic_p_alive
        end as p_alive,
        case
            when int_value_gate.is_purchase_model_used and int_value_predictions.fitted_purchases_12m is not null
                then int_value_predictions.fitted_purchases_12m
            else int_value_predictions.heuristic_purchases_12m
        end as expected_purchases_12m,
        case
            when int_value_gate.is_spend_model_used and int_value_predictions.fitted_margin_minor is not null
                then int_value_predictions.fitted_margin_minor
            else int_value_predictions.heuristic_margin_minor
        end as purchase_margin_minor,
        int_value_predictions.orders_per_purchase_day,
        int_value_gate.is_purchase_model_used,
        int_value_gate.model_status
    from int_value_predictions
    cross join int_value_gate

)

select
    chosen.valuation_date,
    chosen.is_current,
    chosen.customer_no,
    chosen.frequency,
    chosen.recency_days,
    chosen.age_days,
    chosen.p_alive,
    chosen.expected_purchases_12m * chosen.orders_per_purchase_day as expected_orders_12m,
    cast(round(chosen.purchase_margin_minor) as bigint) as purchase_margin_minor,
    cast(round(chosen.purchase_margin_minor / chosen.orders_per_purchase_day) as bigint)
        as expected_order_margin_minor,
    cast(round(chosen.expected_purchases_12m * chosen.purchase_margin_minor) as bigint) as expected_margin_12m_minor,
    chosen.is_purchase_model_used,
    chosen.model_status
from chosen

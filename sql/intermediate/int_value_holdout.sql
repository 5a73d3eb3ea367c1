-- Grain: one row per person with an order by the earlier valuation.
-- Predictions of the earlier valuation and the actuals between it and as_of, as integers so that their sums are the
-- same on any number of threads: purchases in ten-thousandths, margin in minor units. Predictions of a model that was
-- not fitted are null.

select
    int_value_predictions.customer_no,
    10000 * int_value_predictions.later_purchase_days as actual_orders_e4,
    cast(round(10000.0 * int_value_predictions.fitted_later_orders) as bigint) as fitted_orders_e4,
    cast(round(10000.0 * int_value_predictions.heuristic_later_orders) as bigint) as heuristic_orders_e4,
    cast(round(10000.0 * int_value_predictions.naive_own_later_orders) as bigint) as naive_own_orders_e4,
    cast(round(10000.0 * int_value_predictions.naive_mean_later_orders) as bigint) as naive_mean_orders_e4,
    int_value_predictions.later_margin_minor as actual_margin_minor,
    cast(round(int_value_predictions.fitted_later_orders * int_value_predictions.fitted_margin_minor) as bigint)
        as fitted_margin_minor,
    cast(round(int_value_predictions.heuristic_later_orders * int_value_predictions.heuristic_margin_minor) as bigint)
        as heuristic_margin_minor,
    cast(round(int_value_predictions.naive_own_later_orders * int_value_predictions.naive_own_margin_minor) as bigint)
        as naive_own_margin_minor,
    cast(round(int_value_predictions.naive_mean_later_orders * int_value_predictions.naive_mean_margin_minor) as bigint)
        as naive_mean_margin_minor
from int_value_predictions
where not int_value_predictions.is_current

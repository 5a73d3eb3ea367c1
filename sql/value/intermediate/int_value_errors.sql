-- Grain: one row per measure (orders, margin) and decile of the fitted expectation, highest first.
-- Errors of each predictor in the holdout: sums of predictions, of absolute and of squared errors, as integers
-- (orders in ten-thousandths, margin in minor units). If no model was fitted the deciles are those of the heuristic.

with holdout as (

    -- Predictions of the earlier valuation and the actuals between it and as_of. Predictions of a model that was not
    -- fitted are null.
    select
        int_value_predictions.customer_no,
        10000 * int_value_predictions.later_order_count as actual_orders_e4,
        cast(
            round(
                10000.0
                * int_value_predictions.fitted_later_purchases
                * int_value_predictions.orders_per_purchase_day
            ) as bigint
        ) as fitted_orders_e4,
        cast(
            round(
                10000.0
                * int_value_predictions.heuristic_later_purchases
                * int_value_predictions.orders_per_purchase_day
            ) as bigint
        ) as heuristic_orders_e4,
        cast(
            round(
                10000.0
                * int_value_predictions.naive_own_later_purchases
                * int_value_predictions.own_orders_per_purchase_day
            ) as bigint
        ) as naive_own_orders_e4,
        cast(
            round(
                10000.0
                * int_value_predictions.naive_mean_later_purchases
                * int_value_predictions.mean_orders_per_purchase_day
            ) as bigint
        ) as naive_mean_orders_e4,
        int_value_predictions.later_margin_minor as actual_margin_minor,
        cast(round(int_value_predictions.fitted_later_purchases * int_value_predictions.fitted_margin_minor) as bigint)
            as fitted_margin_minor,
        cast(
            round(int_value_predictions.heuristic_later_purchases * int_value_predictions.heuristic_margin_minor)
            as bigint
        ) as heuristic_margin_minor,
        cast(
            round(int_value_predictions.naive_own_later_purchases * int_value_predictions.naive_own_margin_minor)
            as bigint
        ) as naive_own_margin_minor,
        cast(
            round(int_value_predictions.naive_mean_later_purchases * int_value_predictions.naive_mean_margin_minor)
            as bigint
        ) as naive_mean_margin_minor
    from int_value_predictions
    where not int_value_predictions.is_current

),

measures as (

    select
        'orders' as measure,
        holdout.customer_no,
        coalesce(holdout.fitted_orders_e4, holdout.heuristic_orders_e4) as ranked_by,
        holdout.actual_orders_e4 as actual,
        holdout.fitted_orders_e4 as fitted,
        holdout.heuristic_orders_e4 as heuristic,
        holdout.naive_own_orders_e4 as naive_own,
        holdout.naive_mean_orders_e4 as naive_mean
    from holdout

    union all

    select
        'margin' as measure,
        holdout.customer_no,
        coalesce(holdout.fitted_margin_minor, holdout.heuristic_margin_minor) as ranked_by,
        holdout.actual_margin_minor as actual,
        holdout.fitted_margin_minor as fitted,
        holdout.heuristic_margin_minor as heuristic,
        holdout.naive_own_margin_minor as naive_own,
        holdout.naive_mean_margin_minor as naive_mean
    from holdout

),

errors as (

    select
        measures.measure,
        ntile(10) over (
            partition by measures.measure order by measures.ranked_by desc, measures.customer_no
        ) as decile,
        measures.actual,
        measures.fitted,
        measures.heuristic,
        measures.naive_own,
        measures.naive_mean,
        cast(measures.fitted - measures.actual as decimal(18, 0)) as fitted_error,
        cast(measures.heuristic - measures.actual as decimal(18, 0)) as heuristic_error,
        cast(measures.naive_own - measures.actual as decimal(18, 0)) as naive_own_error,
        cast(measures.naive_mean - measures.actual as decimal(18, 0)) as naive_mean_error
    from measures

)

select
    errors.measure,
    cast(errors.decile as bigint) as decile,
    count(*) as customers,
    count(errors.fitted) as fitted_customers,
    sum(errors.actual) as actual,
    sum(errors.fitted) as fitted,
    sum(errors.heuristic) as heuristic,
    sum(errors.naive_own) as naive_own,
    sum(errors.naive_mean) as naive_mean,
    sum(abs(errors.fitted_error)) as fitted_absolute,
    sum(abs(errors.heuristic_error)) as heuristic_absolute,
    sum(abs(errors.naive_own_error)) as naive_own_absolute,
    sum(abs(errors.naive_mean_error)) as naive_mean_absolute,
    sum(errors.fitted_error * errors.fitted_error) as fitted_squared,
    sum(errors.heuristic_error * errors.heuristic_error) as heuristic_squared,
    sum(errors.naive_own_error * errors.naive_own_error) as naive_own_squared,
    sum(errors.naive_mean_error * errors.naive_mean_error) as naive_mean_squared
from errors
group by
    errors.measure,
    errors.decile

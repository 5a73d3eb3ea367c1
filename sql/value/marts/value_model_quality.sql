-- Grain: one row per measure, predictor and decile of customers (0: all of them).
-- Temporal holdout: predictions of the earlier valuation, from the data of that time, against actuals until as_of,
-- for the fitted model, the heuristic and two naive predictors. Decile 1 is the tenth of customers with the highest
-- prediction by the model. Margin is in the base currency, and net revenue instead on that basis. gate shows whether
-- the model beat both naive predictors by root mean squared error.

with sums as (

    select
        int_value_errors.measure,
        int_value_errors.decile,
        int_value_errors.customers,
        int_value_errors.actual,
        int_value_errors.fitted_customers,
        int_value_errors.fitted,
        int_value_errors.heuristic,
        int_value_errors.naive_own,
        int_value_errors.naive_mean,
        int_value_errors.fitted_absolute,
        int_value_errors.heuristic_absolute,
        int_value_errors.naive_own_absolute,
        int_value_errors.naive_mean_absolute,
        int_value_errors.fitted_squared,
        int_value_errors.heuristic_squared,
        int_value_errors.naive_own_squared,
        int_value_errors.naive_mean_squared
    from int_value_errors

),

predictors as (

    select
        sums.measure,
        'fitted' as predictor,
        sums.decile,
        sums.fitted_customers as customers,
        sums.actual,
        sums.fitted as predicted,
        sums.fitted_absolute as absolute_errors,
        sums.fitted_squared as squared_errors
    from sums
    where sums.fitted_customers > 0

    union all

    select
        sums.measure,
        'heuristic' as predictor,
        sums.decile,
        sums.customers,
        sums.actual,
        sums.heuristic as predicted,
        sums.heuristic_absolute as absolute_errors,
        sums.heuristic_squared as squared_errors
    from sums

    union all

    select
        sums.measure,
        'naive_own_rate' as predictor,
        sums.decile,
        sums.customers,
        sums.actual,
        sums.naive_own as predicted,
        sums.naive_own_absolute as absolute_errors,
        sums.naive_own_squared as squared_errors
    from sums

    union all

    select
        sums.measure,
        'naive_mean_rate' as predictor,
        sums.decile,
        sums.customers,
        sums.actual,
        sums.naive_mean as predicted,
        sums.naive_mean_absolute as absolute_errors,
        sums.naive_mean_squared as squared_errors
    from sums

),

with_all as (

    select
        predictors.measure,
        predictors.predictor,
        predictors.decile,
        predictors.customers,
        predictors.actual,
        predictors.predicted,
        predictors.absolute_errors,
        predictors.squared_errors
    from predictors

    union all

    select
        predictors.measure,
        predictors.predictor,
        0 as decile,
        sum(predictors.customers) as customers,
        sum(predictors.actual) as actual,
        sum(predictors.predicted) as predicted,
        sum(predictors.absolute_errors) as absolute_errors,
        sum(predictors.squared_errors) as squared_errors
    from predictors
    group by
        predictors.measure,
        predictors.predictor

),

scaled as (

    -- Orders are in ten-thousandths, margin in minor units.
    select
        with_all.measure,
        with_all.predictor,
        with_all.decile,
        with_all.customers,
        with_all.actual,
        with_all.predicted,
        with_all.absolute_errors,
        with_all.squared_errors,
        case when with_all.measure = 'orders' then 10000.0 else 100.0 end as unit
    from with_all

)

select
    int_valuation_dates.valuation_date,
    cast($comparison_days as bigint) as horizon_days,
    case
        when scaled.measure = 'margin' and int_profit_basis.basis = 'net_revenue' then 'net_revenue'
        else scaled.measure
    end as measure,
    scaled.predictor,
    scaled.decile,
    scaled.customers,
    cast(scaled.predicted as double) / scaled.unit as predicted,
    cast(scaled.actual as double) / scaled.unit as actual,
    cast(scaled.predicted - scaled.actual as double) / scaled.unit / cast(scaled.customers as double) as mean_error,
    cast(scaled.absolute_errors as double) / scaled.unit / cast(scaled.customers as double) as mean_absolute_error,
    sqrt(cast(scaled.squared_errors as double) / cast(scaled.customers as double)) / scaled.unit
        as root_mean_squared_error,
    case when scaled.measure = 'orders' then int_value_gate.orders_gate else int_value_gate.margin_gate end as gate,
    int_value_gate.model_status
from scaled
cross join int_value_gate
cross join int_profit_basis
cross join int_valuation_dates
where not int_valuation_dates.is_current

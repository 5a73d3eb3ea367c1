-- Grain: one row per valuation date and person with an order by then.
-- Expectations for each buyer in the 365 days after the valuation, by the fitted models and by their fallback, the
-- heuristic; later_ covers the days until as_of, for comparison with the actuals. The heuristic, in rational
-- arithmetic only:
--   interval  the customer's own mean days per purchase since the first, including the days since the latest,
--             with one average interval of all buyers added to the observations
--   p_alive   1 / (1 + (days since purchase / ($alive_patience x interval))^2): one half after
--             $alive_patience intervals of silence
--   purchases p_alive x days / interval
--   margin    the customer's mean margin per purchase day, shrunk towards that of all buyers as if
--             $margin_prior_orders average purchases had been seen too; never below zero
-- A purchase is a day with an order. orders_per_purchase_day is the customer's own number, shrunk in the same way.
-- naive_ columns are the expectations that the models must beat: each customer continues at their own rate, and every
-- customer buys at the rate of all buyers.

with inputs as (

    select
        int_value_inputs.valuation_date,
        int_value_inputs.is_current,
        int_value_inputs.customer_no,
        int_value_inputs.frequency,
        int_value_inputs.recency_days,
        int_value_inputs.age_days,
        int_value_inputs.days_since_purchase,
        int_value_inputs.purchase_days,
        int_value_inputs.margin_minor,
        int_value_inputs.later_order_count,
        int_value_inputs.later_margin_minor,
        cast(int_value_inputs.margin_minor as double) / cast(int_value_inputs.purchase_days as double)
            as mean_margin_minor,
        greatest(
            (cast(int_value_inputs.age_days as double) + int_value_population.mean_interval_days)
            / cast(int_value_inputs.frequency + 1 as double),
            1.0
        ) as interval_days,
        greatest(
            (
                cast(int_value_inputs.margin_minor as double)
                + int_value_population.mean_order_margin_minor * cast($margin_prior_orders as double)
            ) / (cast(int_value_inputs.purchase_days as double) + cast($margin_prior_orders as double)),
            0.0
        ) as heuristic_margin_minor,
        (
            cast(int_value_inputs.order_count as double)
            + int_value_population.orders_per_purchase_day * cast($margin_prior_orders as double)
        ) / (cast(int_value_inputs.purchase_days as double) + cast($margin_prior_orders as double))
            as orders_per_purchase_day,
        cast(int_value_inputs.order_count as double) / cast(int_value_inputs.purchase_days as double)
            as own_orders_per_purchase_day,
        int_value_population.orders_per_purchase_day as mean_orders_per_purchase_day,
        int_value_population.repeat_purchases_per_day,
        int_value_population.mean_order_margin_minor,
        int_value_fits.purchase_fit,
        int_value_fits.spend_fit
    from int_value_inputs
    inner join int_value_population
        on int_value_inputs.valuation_date = int_value_population.valuation_date
    inner join int_value_fits
        on int_value_inputs.valuation_date = int_value_fits.valuation_date

),

silences as (

    select
        inputs.*,
        cast(inputs.days_since_purchase as double) / (cast($alive_patience as double) * inputs.interval_days)
            as silence
    from inputs

)

select
    silences.valuation_date,
    silences.is_current,
    silences.customer_no,
    silences.frequency,
    silences.recency_days,
    silences.age_days,
    silences.later_order_count,
    silences.later_margin_minor,
    p_alive(silences.purchase_fit, silences.frequency, silences.recency_days, silences.age_days) as fitted_p_alive,
    expected_purchases(
        silences.purchase_fit, silences.frequency, silences.recency_days, silences.age_days, 365.0
    ) as fitted_purchases_12m,
    case
        when not silences.is_current
            then expected_purchases(
                silences.purchase_fit,
                silences.frequency,
                silences.recency_days,
                silences.age_days,
                cast($comparison_days as double)
            )
    end as fitted_later_purchases,
    100.0 * expected_spend(silences.spend_fit, silences.purchase_days, silences.mean_margin_minor / 100.0)
        as fitted_margin_minor,
    1.0 / (1.0 + silences.silence * silences.silence) as heuristic_p_alive,
    365.0 / (silences.interval_days * (1.0 + silences.silence * silences.silence)) as heuristic_purchases_12m,
    cast($comparison_days as double) / (silences.interval_days * (1.0 + silences.silence * silences.silence))
        as heuristic_later_purchases,
    silences.heuristic_margin_minor,
    silences.orders_per_purchase_day,
    silences.own_orders_per_purchase_day,
    silences.mean_orders_per_purchase_day,
    cast($comparison_days as double) * cast(silences.frequency as double)
    / cast(greatest(silences.age_days, 1) as double) as naive_own_later_purchases,
    cast($comparison_days as double) * silences.repeat_purchases_per_day as naive_mean_later_purchases,
    greatest(silences.mean_margin_minor, 0.0) as naive_own_margin_minor,
    greatest(silences.mean_order_margin_minor, 0.0) as naive_mean_margin_minor
from silences

-- Grain: one row per valuation date.
-- The purchase model ($purchase_model) and the spend model (Gamma-Gamma on margin per purchase day), fitted by
-- maximum likelihood on the data up to the end of the valuation date. Equal histories are counted before fitting, so
-- that the cost depends on the number of different histories.

with histories as (

    select
        int_value_inputs.valuation_date,
        int_value_inputs.frequency,
        int_value_inputs.recency_days,
        int_value_inputs.age_days,
        count(*) as customers
    from int_value_inputs
    group by
        int_value_inputs.valuation_date,
        int_value_inputs.frequency,
        int_value_inputs.recency_days,
        int_value_inputs.age_days

),

purchase_fits as (

    select
        histories.valuation_date,
        purchase_fit(
            $purchase_model, histories.frequency, histories.recency_days, histories.age_days, histories.customers
        ) as fit
    from histories
    group by histories.valuation_date

),

spend_fits as (

    select
        int_value_inputs.valuation_date,
        gamma_gamma_fit(
            int_value_inputs.purchase_days,
            cast(int_value_inputs.margin_minor as double) / 100.0 / cast(int_value_inputs.purchase_days as double)
        ) as fit
    from int_value_inputs
    group by int_value_inputs.valuation_date

)

select
    purchase_fits.valuation_date,
    purchase_fits.fit as purchase_fit,
    spend_fits.fit as spend_fit
from purchase_fits
inner join spend_fits
    on purchase_fits.valuation_date = spend_fits.valuation_date

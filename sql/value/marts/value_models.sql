-- Grain: one row per valuation date and model.
-- The fitted models: parameters, log-likelihood and number of customers, for this run and for the earlier valuation,
-- whose expectations the holdout tests.

with fits as (

    select
        int_value_fits.valuation_date,
        int_value_fits.purchase_fit,
        int_value_fits.spend_fit,
        int_valuation_dates.is_current,
        case when int_valuation_dates.is_current then int_value_gate.is_purchase_model_used end
            as is_purchase_model_used,
        case when int_valuation_dates.is_current then int_value_gate.is_spend_model_used end as is_spend_model_used
    from int_value_fits
    inner join int_valuation_dates
        on int_value_fits.valuation_date = int_valuation_dates.valuation_date
    cross join int_value_gate

)

select
    fits.valuation_date,
    'purchases' as measure,
    $purchase_model as model,
    get_field(fits.purchase_fit, 'status') as status,
    fits.is_purchase_model_used as is_used,
    get_field(fits.purchase_fit, 'customers') as customers,
    get_field(fits.purchase_fit, 'log_likelihood') as log_likelihood,
    get_field(fits.purchase_fit, 'r') as r,
    get_field(fits.purchase_fit, 'alpha') as alpha,
    get_field(fits.purchase_fit, 'a') as a,
    get_field(fits.purchase_fit, 'b') as b,
    get_field(fits.purchase_fit, 's') as s,
    get_field(fits.purchase_fit, 'beta') as beta,
    cast(null as double) as p,
    cast(null as double) as q,
    cast(null as double) as gamma,
    cast(null as double) as correlation
from fits

union all

select
    fits.valuation_date,
    'spend' as measure,
    'gamma_gamma' as model,
    get_field(fits.spend_fit, 'status') as status,
    fits.is_spend_model_used as is_used,
    get_field(fits.spend_fit, 'customers') as customers,
    get_field(fits.spend_fit, 'log_likelihood') as log_likelihood,
    cast(null as double) as r,
    cast(null as double) as alpha,
    cast(null as double) as a,
    cast(null as double) as b,
    cast(null as double) as s,
    cast(null as double) as beta,
    get_field(fits.spend_fit, 'p') as p,
    get_field(fits.spend_fit, 'q') as q,
    get_field(fits.spend_fit, 'gamma') as gamma,
    get_field(fits.spend_fit, 'correlation') as correlation
from fits

-- Grain: one row.
-- Which predictor the value tables use, and why. The heuristic replaces a model that could not be fitted on the data
-- until as_of, or that did worse in the holdout than a naive predictor (by root mean squared error, which
-- expectations minimise). With fewer than $holdout_least_customers customers in the holdout, or if the model could
-- not be fitted for it, the model is used and the status says that it was not tested.

with totals as (

    select
        int_value_errors.measure,
        sum(int_value_errors.customers) as customers,
        sum(int_value_errors.fitted_customers) as fitted_customers,
        sum(int_value_errors.fitted_squared) as fitted_squared,
        least(sum(int_value_errors.naive_own_squared), sum(int_value_errors.naive_mean_squared)) as naive_squared
    from int_value_errors
    group by int_value_errors.measure

),

tests as (

    select
        max(case when totals.measure = 'orders' then totals.customers end) as customers,
        max(case when totals.measure = 'orders' then totals.fitted_customers end) as orders_customers,
        max(case when totals.measure = 'margin' then totals.fitted_customers end) as margin_customers,
        bool_or(totals.measure = 'orders' and totals.fitted_squared > totals.naive_squared) as is_orders_worse,
        bool_or(totals.measure = 'margin' and totals.fitted_squared > totals.naive_squared) as is_margin_worse
    from totals

),

fits as (

    select
        get_field(int_value_fits.purchase_fit, 'status') as purchase_status,
        get_field(int_value_fits.spend_fit, 'status') as spend_status
    from int_value_fits
    inner join int_valuation_dates
        on int_value_fits.valuation_date = int_valuation_dates.valuation_date
    where int_valuation_dates.is_current

),

gates as (

    select
        coalesce(fits.purchase_status, 'nobody has bought') as purchase_status,
        coalesce(fits.spend_status, 'nobody has bought') as spend_status,
        case
            when coalesce(tests.customers, 0) < $holdout_least_customers then 'not tested'
            when tests.orders_customers = 0 then 'not fitted'
            when tests.is_orders_worse then 'failed'
            else 'passed'
        end as orders_gate,
        case
            when coalesce(tests.customers, 0) < $holdout_least_customers then 'not tested'
            when tests.margin_customers = 0 then 'not fitted'
            when tests.is_margin_worse then 'failed'
            else 'passed'
        end as margin_gate
    from tests
    left join fits
        on true

),

choices as (

    select
        gates.orders_gate,
        gates.margin_gate,
        gates.purchase_status,
        gates.spend_status,
        gates.purchase_status = 'fitted' and gates.orders_gate <> 'failed' as is_purchase_model_used,
        gates.spend_status = 'fitted' and gates.margin_gate <> 'failed' as is_spend_model_used
    from gates

)

select
    choices.orders_gate,
    choices.margin_gate,
    choices.is_purchase_model_used,
    choices.is_spend_model_used,
    concat(
        case
            when choices.is_purchase_model_used and choices.orders_gate = 'passed' then $purchase_model
            when choices.is_purchase_model_used then concat($purchase_model, ' (not tested)')
            when choices.purchase_status = 'fitted' then concat('heuristic (', $purchase_model, ': worse than naive)')
            else concat('heuristic (', $purchase_model, ': ', choices.purchase_status, ')')
        end,
        ' + ',
        case
            when choices.is_spend_model_used and choices.margin_gate = 'passed' then 'gamma_gamma'
            when choices.is_spend_model_used then 'gamma_gamma (not tested)'
            when choices.spend_status = 'fitted' then 'heuristic (gamma_gamma: worse than naive)'
            else concat('heuristic (gamma_gamma: ', choices.spend_status, ')')
        end
    ) as model_status
from choices

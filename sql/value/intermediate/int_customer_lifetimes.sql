-- Grain: one row per person with an order.
-- Customer lifetime value: expected margin of each period within $clv_horizon_days, discounted at $discount_rate per
-- year. With a purchase model, periods are $clv_period_days long and each takes the model's expectation (clv); the
-- heuristic repeats the margin of the next 12 months for each year, as if it came in the middle of that year.

with years as (

    select cast(unnest(range(1, 21)) as double) as year_number

),

horizon as (

    -- Years of margin at their present value: the factor from a yearly margin to a clv.
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

current_fit as (

    select int_value_fits.purchase_fit
    from int_value_fits
    inner join int_valuation_dates
        on int_value_fits.valuation_date = int_valuation_dates.valuation_date
    where int_valuation_dates.is_current

)

select
    int_customer_expectations.customer_no,
    cast(
        round(
            case
                when int_customer_expectations.is_purchase_model_used
                    then clv(
                        current_fit.purchase_fit,
                        int_customer_expectations.frequency,
                        int_customer_expectations.recency_days,
                        int_customer_expectations.age_days,
                        cast(int_customer_expectations.purchase_margin_minor as double),
                        $clv_horizon_days,
                        $discount_rate,
                        $clv_period_days
                    )
                else
                    cast(int_customer_expectations.expected_margin_12m_minor as double) * cast(horizon.factor as double)
            end
        ) as bigint
    ) as clv_minor
from int_customer_expectations
cross join horizon
cross join current_fit
where int_customer_expectations.is_current

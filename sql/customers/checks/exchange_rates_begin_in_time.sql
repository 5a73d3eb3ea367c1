-- Returns the currencies whose first rate in the extract comes after the first order. Earlier orders are converted at
-- the fixed rate.

with first_order as (

    select min(int_orders.ordered_date) as ordered_date
    from int_orders

),

first_rates as (

    select
        int_exchange_rates.currency,
        min(int_exchange_rates.day) as day
    from int_exchange_rates
    group by int_exchange_rates.currency

)

select
    first_rates.currency,
    first_rates.day as first_rate,
    first_order.ordered_date as first_order
from first_rates
cross join first_order
where first_rates.day > first_order.ordered_date

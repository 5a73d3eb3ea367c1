-- Returns the currencies of the lookup fixed_exchange_rates whose rate is not above zero, or above a million.

select
    fixed_exchange_rates.currency,
    fixed_exchange_rates.rate
from fixed_exchange_rates
where coalesce(fixed_exchange_rates.rate <= 0 or fixed_exchange_rates.rate > 1000000, true)

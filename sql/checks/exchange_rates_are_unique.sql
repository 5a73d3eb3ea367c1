-- Returns the days on which the rate extract gives a currency several rates.

select
    stg_exchange_rates.currency,
    stg_exchange_rates.valid_from,
    stg_exchange_rates.rates
from stg_exchange_rates
where stg_exchange_rates.rates > 1

-- Returns the days with several rates for a currency in the rate extract.

select
    stg_exchange_rates.currency,
    stg_exchange_rates.valid_from,
    stg_exchange_rates.rates
from stg_exchange_rates
where stg_exchange_rates.rates > 1

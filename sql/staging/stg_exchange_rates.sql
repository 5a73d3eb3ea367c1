-- Grain: one row per currency and first day of a rate.
-- The rate extract, in units of the base currency. Of two rates from the same day the higher one counts, and the check
-- exchange_rates_are_unique reports the day.

select
    upper(trim(exchange_rates.currency)) as currency,
    exchange_rates.valid_from,
    cast(max(exchange_rates.rate) as decimal(18, 6)) as rate,
    count(*) as rates
from exchange_rates
group by
    upper(trim(exchange_rates.currency)),
    exchange_rates.valid_from

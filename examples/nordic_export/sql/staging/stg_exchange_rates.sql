-- Grain: one row per currency and day from which a rate is in force.
-- Rates in the names of the models, as integer millionths of a euro. Of two rates from the same day the higher
-- one counts, and the check exchange_rates_are_unique reports the day.

select
    upper(trim(exchange_rates.valuta)) as currency,
    exchange_rates.galler_fran as valid_from,
    cast(max(exchange_rates.kurs) as decimal(18, 6)) as rate,
    count(*) as rates
from exchange_rates
group by
    upper(trim(exchange_rates.valuta)),
    exchange_rates.galler_fran

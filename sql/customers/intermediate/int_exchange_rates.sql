-- Grain: one row per currency and day with a rate in force in the extract, until as_of.
-- Rates by day, so that lines find theirs by an equality join.

with spans as (

    select
        stg_exchange_rates.currency,
        stg_exchange_rates.rate,
        stg_exchange_rates.valid_from,
        coalesce(
            lead(stg_exchange_rates.valid_from)
                over (partition by stg_exchange_rates.currency order by stg_exchange_rates.valid_from)
            - interval '1 day',
            $as_of
        ) as valid_to
    from stg_exchange_rates
    where stg_exchange_rates.valid_from <= $as_of

)

select
    spans.currency,
    spans.rate,
    cast(unnest(generate_series(spans.valid_from, cast(spans.valid_to as date), interval '1 day')) as date) as day
from spans

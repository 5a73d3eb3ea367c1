-- Grain: one row per transaction line.
-- The transaction extract, money as integer minor units of the line's currency, and the fixed exchange
-- rate to the base currency in millionths (null for a currency that has none).

select
    transactions.transaction_id,
    transactions.customer_id,
    transactions.ordered_at,
    transactions.channel,
    transactions.store_id,
    transactions.product_id,
    transactions.quantity,
    cast(transactions.unit_price * 100 as bigint) as unit_price_minor,
    cast(coalesce(transactions.discount, 0) * 100 as bigint) as discount_minor,
    transactions.currency,
    case transactions.currency
        when 'SEK' then cast(cast($exchange_rate_sek as decimal(18, 6)) * 1000000 as bigint)
        when 'NOK' then cast(cast($exchange_rate_nok as decimal(18, 6)) * 1000000 as bigint)
        when 'DKK' then cast(cast($exchange_rate_dkk as decimal(18, 6)) * 1000000 as bigint)
        when 'EUR' then cast(cast($exchange_rate_eur as decimal(18, 6)) * 1000000 as bigint)
    end as fixed_rate_e6,
    transactions.is_return
from transactions

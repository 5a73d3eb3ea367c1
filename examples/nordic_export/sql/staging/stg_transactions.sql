-- Grain: one row per receipt line.
-- Receipt lines in the names and words of the models, money as integer minor units of the line's currency,
-- and the fixed exchange rate to the base currency in millionths (null for a currency that has none).

select
    transactions.kvittonr as transaction_id,
    transactions.kundnr as customer_id,
    transactions.tidpunkt as ordered_at,
    coalesce(begrepp.begrepp, transactions.kanal) as channel,
    transactions.butik as store_id,
    transactions.artikelnr as product_id,
    transactions.antal as quantity,
    cast(transactions.pris * 100 as bigint) as unit_price_minor,
    cast(coalesce(transactions.rabatt, 0) * 100 as bigint) as discount_minor,
    transactions.valuta as currency,
    case transactions.valuta
        when 'SEK' then cast(cast($exchange_rate_sek as decimal(18, 6)) * 1000000 as bigint)
        when 'NOK' then cast(cast($exchange_rate_nok as decimal(18, 6)) * 1000000 as bigint)
        when 'DKK' then cast(cast($exchange_rate_dkk as decimal(18, 6)) * 1000000 as bigint)
        when 'EUR' then cast(cast($exchange_rate_eur as decimal(18, 6)) * 1000000 as bigint)
    end as fixed_rate_e6,
    transactions.retur as is_return
from transactions
left join begrepp
    on begrepp.grupp = 'kanal' and transactions.kanal = begrepp.ord

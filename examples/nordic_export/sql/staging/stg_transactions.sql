-- Grain: one row per receipt line.
-- Receipt lines in the names and words of the models, money as integer minor units of the line's currency.

select
    transactions.kvittonr as transaction_id,
    transactions.rad as line_no,
    transactions.kundnr as customer_id,
    transactions.tidpunkt as ordered_at,
    coalesce(begrepp.begrepp, transactions.kanal) as channel,
    transactions.butik as store_id,
    transactions.artikelnr as product_id,
    transactions.antal as quantity,
    cast(transactions.pris * 100 as bigint) as unit_price_minor,
    cast(coalesce(transactions.rabatt, 0) * 100 as bigint) as discount_minor,
    transactions.valuta as currency,
    transactions.retur as is_return
from transactions
left join begrepp
    on begrepp.grupp = 'kanal' and transactions.kanal = begrepp.ord

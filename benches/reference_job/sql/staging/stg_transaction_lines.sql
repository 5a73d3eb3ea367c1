-- Grain: one row per transaction line.
-- Purpose: net amount in whole öre and channels as numbers, so that all that follows adds up integers.
-- Amounts are positive here, on returns too.
select
    transactions.transaction_id,
    transactions.customer_id,
    transactions.ordered_at,
    case transactions.channel
        when 'store' then 1
        when 'web' then 2
        when 'app' then 3
        when 'phone' then 4
    end as channel_no,
    transactions.product_id,
    transactions.category,
    transactions.quantity,
    (
        (
            transactions.quantity * cast(transactions.unit_price * 100 as bigint)
            - cast(transactions.discount * 100 as bigint)
        ) * case transactions.currency
            when 'SEK' then 100
            when 'NOK' then $ore_per_nok
            when 'DKK' then $ore_per_dkk
            when 'EUR' then $ore_per_eur
        end + 50
    ) / 100 as net_ore,
    transactions.is_return
from transactions

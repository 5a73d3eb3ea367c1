-- Grain: one row per transaction line.
-- The transaction extract, money as integer minor units of the line's currency.

select
    transactions.transaction_id,
    transactions.line_no,
    transactions.customer_id,
    transactions.ordered_at,
    transactions.channel,
    transactions.store_id,
    transactions.product_id,
    transactions.quantity,
    cast(transactions.unit_price * 100 as bigint) as unit_price_minor,
    cast(coalesce(transactions.discount, 0) * 100 as bigint) as discount_minor,
    transactions.currency,
    transactions.is_return
from transactions

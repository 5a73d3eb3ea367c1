-- Grain: one row per transaction line.
-- The transaction extract, money as integer minor units: of the line's currency, except what the company itself pays
-- for payment and delivery, which is in the base currency. Prices may be finer than a cent; the line is rounded half
-- up.

select
    transactions.transaction_id,
    transactions.line_no,
    transactions.customer_id,
    transactions.ordered_at,
    transactions.channel,
    transactions.store_id,
    transactions.product_id,
    transactions.quantity,
    -- list_minor has what is finer than a minor unit.
    cast(null as bigint) as unit_price_minor,
    cast(cast(transactions.quantity * transactions.unit_price * 100 as decimal(18, 0)) as bigint) as list_minor,
    cast(coalesce(transactions.discount, 0) * 100 as bigint) as discount_minor,
    transactions.currency,
    transactions.is_return,
    transactions.status,
    cast(transactions.payment_cost * 100 as bigint) as payment_cost_minor,
    cast(transactions.delivery_cost * 100 as bigint) as delivery_cost_minor,
    transactions.email,
    transactions.phone
from transactions

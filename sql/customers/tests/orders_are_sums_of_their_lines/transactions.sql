select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(t.line_no as bigint) as line_no,
    t.customer_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    t.store_id,
    t.product_id,
    cast(t.quantity as bigint) as quantity,
    cast(t.unit_price as decimal(18, 6)) as unit_price,
    cast(t.discount as decimal(12, 2)) as discount,
    t.currency,
    t.is_return,
    cast(null as varchar) as status,
    cast(null as decimal(12, 2)) as payment_cost,
    cast(null as decimal(12, 2)) as delivery_cost
from (
    values
    -- The product of one line is not in the extract: its cost, and with it that of the order, is unknown
    (1, 1, 'A', '2025-01-31T22:59:59', 'web', null, 'P1', 2, '10.00', '0.00', 'SEK', false),
    (1, 2, 'A', '2025-01-31T22:59:59', 'web', null, 'P9', 1, '5.00', '1.00', 'SEK', false),
    -- The second order, past midnight local time; 0.25 x 0.98 = 0.245
    (2, 1, 'A', '2025-01-31T23:30:00', 'store', 'S1', 'P2', 1, '0.25', '0.00', 'NOK', false),
    -- A return has no number, and its cost of goods comes back
    (3, 1, 'A', '2025-02-10T12:00:00', 'store', 'S1', 'P2', 1, '0.25', '0.00', 'NOK', true),
    -- Nobody's order has no number either
    (4, 1, null, '2025-02-11T12:00:00', 'web', null, 'P1', 1, '1.00', '0.00', 'SEK', false),
    -- No product is given
    (5, 1, 'B', '2025-02-12T12:00:00', 'web', null, null, 1, '3.00', '0.00', 'SEK', false)
) as t (
    transaction_id, line_no, customer_id, ordered_at, channel, store_id, product_id, quantity, unit_price, discount,
    currency, is_return
)

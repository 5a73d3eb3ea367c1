select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(1 as bigint) as line_no,
    t.customer_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    'web' as channel,
    cast(null as varchar) as store_id,
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
    -- 0.25 x 0.98 = 0.245, rounded per line: 0.25 + 0.25
    (1, 'A', '2025-01-31T22:59:59', 'P1', 1, '0.25', '0.00', 'NOK', false),
    (1, 'A', '2025-01-31T22:59:59', 'P1', 1, '0.25', null, 'NOK', false),
    -- Half an hour past midnight of the next month, local time; 0.10 x 11.35 = 1.135
    (2, 'A', '2025-01-31T23:30:00', 'P2', 1, '0.10', '0.00', 'EUR', false),
    -- A return, just as exact; its cost of goods comes back
    (3, 'A', '2025-02-10T12:00:00', 'P1', 1, '0.25', '0.00', 'NOK', true),
    -- More discount than price: -0.245 is rounded half up, to -0.24
    (4, 'B', '2025-03-10T12:00:00', 'P2', 1, '1.00', '1.25', 'NOK', false),
    -- An unmatched order of an unknown product
    (5, null, '2025-03-11T12:00:00', 'P9', 3, '19.90', '9.70', 'SEK', false),
    (6, 'X', '2025-03-12T12:00:00', 'P2', 2, '10.00', '0.01', 'DKK', true)
) as t (transaction_id, customer_id, ordered_at, product_id, quantity, unit_price, discount, currency, is_return)

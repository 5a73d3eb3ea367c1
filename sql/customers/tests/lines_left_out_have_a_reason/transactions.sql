select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(t.line_no as bigint) as line_no,
    'A' as customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    'web' as channel,
    cast(null as varchar) as store_id,
    t.product_id,
    cast(t.quantity as bigint) as quantity,
    cast(t.unit_price as decimal(18, 6)) as unit_price,
    cast(t.discount as decimal(12, 2)) as discount,
    t.currency,
    t.is_return,
    t.status,
    cast(null as decimal(12, 2)) as payment_cost,
    cast(null as decimal(12, 2)) as delivery_cost
from (
    values
    -- Goods with freight, of a product_id in product_kinds, which costs no goods; a gift card by its category
    (1, 1, 'P1', 1, '10.00', '1.00', 'SEK', false, null),
    (1, 2, 'FRAKT', 1, '4.90', '0.00', 'SEK', false, ''),
    (1, 3, 'P3', 1, '50.00', '0.00', 'SEK', false, 'paid'),
    -- Statuses: as written, in any case and with white space; one that the lookup does not have counts
    (2, 1, 'P1', 1, '1.00', '0.00', 'SEK', false, ' Completed'),
    (3, 1, 'P1', 1, '2.00', '0.50', 'NOK', false, 'CANCELLED'),
    (4, 1, 'P1', 1, '4.00', '0.00', 'SEK', false, 'Makulerad '),
    (4, 2, 'P1', 1, '4.00', '1.00', 'SEK', true, 'makulerad'),
    (5, 1, 'P1', 1, '8.00', '0.00', 'SEK', false, 'testorder'),
    (6, 1, 'P9', 1, '16.00', '0.00', 'SEK', false, 'on its way'),
    -- A cancelled gift card is left out because it is cancelled
    (7, 1, 'PRESENTKORT', 1, '32.00', '0.00', 'SEK', false, 'cancelled'),
    -- The product of one line is not given
    (8, 1, null, 1, '64.00', '0.00', 'SEK', true, null),
    -- Finer than a cent: 1000 x 0.123456 = 123.456, and 3 x 0.005 = 0.015, half up
    (9, 1, 'P1', 1000, '0.123456', '0.00', 'DKK', false, null),
    (9, 2, 'P1', 3, '0.005', '0.00', 'DKK', false, null)
) as t (transaction_id, line_no, product_id, quantity, unit_price, discount, currency, is_return, status)

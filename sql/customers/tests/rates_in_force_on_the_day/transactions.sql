select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(1 as bigint) as line_no,
    'A' as customer_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    'web' as channel,
    cast(null as varchar) as store_id,
    'P1' as product_id,
    cast(t.quantity as bigint) as quantity,
    cast(t.unit_price as decimal(18, 6)) as unit_price,
    cast(t.discount as decimal(12, 2)) as discount,
    t.currency,
    false as is_return,
    cast(null as varchar) as status,
    cast(null as decimal(12, 2)) as payment_cost,
    cast(null as decimal(12, 2)) as delivery_cost
from (
    values
    -- Before the first rate of its currency: the fixed rate, 0.98
    (1, '2025-02-28T22:59:59', 1, '100.00', '0.00', 'NOK'),
    -- The first instant of 1 March, local time
    (2, '2025-02-28T23:00:00', 1, '100.00', '0.00', 'NOK'),
    -- The last instant of 31 March, already in summer time, and the instant after it
    (3, '2025-03-31T21:59:59', 1, '100.00', '0.00', 'NOK'),
    (4, '2025-03-31T22:00:00', 1, '100.00', '0.00', 'NOK'),
    -- All six digits count, and halves are rounded up: 5000.00 x 0.912345 = 4561.725
    (5, '2025-06-01T12:00:00', 1, '5000.00', '0.00', 'NOK'),
    -- -1.50 x 0.9 = -1.35, stays -1.35; -0.05 x 0.9 = -0.045, rounded to -0.04
    (6, '2025-03-10T12:00:00', 1, '1.00', '2.50', 'NOK'),
    (7, '2025-03-10T12:00:00', 1, '1.00', '1.05', 'NOK'),
    -- The largest line that the extract allows
    (8, '2025-12-31T12:00:00', 10000, '10000000.00', '0.01', 'NOK'),
    -- A currency that is not in the extract
    (9, '2025-12-31T12:00:00', 1, '100.00', '0.00', 'EUR')
) as t (transaction_id, ordered_at, quantity, unit_price, discount, currency)

select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(t.line_no as bigint) as line_no,
    t.customer_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    t.store_id,
    'P1' as product_id,
    cast(1 as bigint) as quantity,
    cast(t.unit_price as decimal(18, 6)) as unit_price,
    cast(0 as decimal(12, 2)) as discount,
    t.currency,
    t.is_return,
    cast(null as varchar) as status,
    cast(null as decimal(12, 2)) as payment_cost,
    cast(null as decimal(12, 2)) as delivery_cost
from (
    values
    -- One receipt with a sale and a return, each line at its own second
    (1, 1, 'A', '2025-01-10T12:00:00', 'store', 'S1', '50.00', 'SEK', false),
    (1, 2, 'A', '2025-01-10T12:00:07', 'store', 'S1', '20.00', 'SEK', true),
    -- Refunds under the order's own number: in a store, where the customer is not named, and on two local days (the
    -- second begins at 22:00 UTC). Together they are more than the order
    (2, 1, 'B', '2025-05-10T12:00:00', 'web', null, '30.00', 'SEK', false),
    (2, 2, null, '2025-06-01T21:59:59', 'store', 'S2', '10.00', 'SEK', true),
    (2, 3, null, '2025-06-01T22:00:00', 'store', 'S2', '15.00', 'SEK', true),
    (2, 4, 'B', '2025-06-02T09:00:00', 'store', 'S2', '20.00', 'SEK', true),
    -- The sold lines of a receipt are one order though the month turns between them
    (3, 1, 'B', '2025-05-31T21:59:59', 'store', 'S1', '1.00', 'SEK', false),
    (3, 2, 'B', '2025-05-31T22:00:01', 'store', 'S1', '2.00', 'SEK', false),
    -- Two customers on one receipt: it is neither's. A line without a customer does not contradict
    (4, 1, 'A', '2025-02-01T12:00:00', 'store', 'S1', '7.00', 'SEK', false),
    (4, 2, 'C', '2025-02-01T12:00:00', 'store', 'S1', '8.00', 'SEK', false),
    (5, 1, 'C', '2025-02-02T12:00:00', 'store', 'S1', '7.00', 'SEK', false),
    (5, 2, null, '2025-02-02T12:00:00', 'store', 'S1', '8.00', 'SEK', false),
    -- Two currencies: each line at its own rate, 1.00 + 0.98. Channels and stores: the first by name
    (6, 1, 'C', '2025-02-03T12:00:00', 'web', 'S2', '1.00', 'SEK', false),
    (6, 2, 'C', '2025-02-03T12:00:00', 'app', 'S1', '1.00', 'NOK', false),
    -- A receipt number that began again after a year
    (7, 1, 'D', '2024-03-01T12:00:00', 'store', 'S1', '1.00', 'SEK', false),
    (7, 2, 'D', '2025-03-01T12:00:00', 'store', 'S1', '2.00', 'SEK', false),
    -- A refund that names nobody of an order that names nobody
    (8, 1, null, '2025-04-01T12:00:00', 'web', null, '3.00', 'SEK', false),
    (8, 2, null, '2025-04-02T12:00:00', 'web', null, '3.00', 'SEK', true)
) as t (transaction_id, line_no, customer_id, ordered_at, channel, store_id, unit_price, currency, is_return)

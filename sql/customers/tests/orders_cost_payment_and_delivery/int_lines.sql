select
    cast(t.transaction_id as bigint) as transaction_id,
    'A' as customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    cast(null as varchar) as store_id,
    'SEK' as currency,
    t.is_return,
    true as counts,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.net_minor as bigint) as net_minor,
    cast(0 as bigint) as cost_minor,
    cast(t.payment_cost_minor as integer) as payment_cost_minor,
    cast(t.delivery_cost_minor as integer) as delivery_cost_minor
from (
    values
    -- 1.5 % of 99.00 is 1.485, rounded half up to 1.49; of 98.99 it is 1.48485, to 1.48
    (1, 'web', false, 10000, 9900, null, null),
    (2, 'web', false, 10000, 9899, null, null),
    -- 1.2345 % of 123456789.01: the large part and the rest
    (3, 'store', false, 12345678901, 12345678901, null, null),
    -- Only a fee, no share
    (4, 'phone', false, 5000, 5000, null, null),
    -- A return costs neither share nor fee
    (5, 'web', true, 9900, 9900, null, null),
    -- More discount than price: only the fee is charged
    (6, 'web', false, 100, -50, null, null),
    -- A channel that is not in the lookup, and no channel
    (7, 'kiosk', false, 5000, 5000, null, null),
    (8, null, false, 5000, 5000, null, null),
    -- The order's own costs, once on one line and once on all, replace those of the channel
    (9, 'web', false, 5000, 5000, 700, 5900),
    (9, 'web', false, 5000, 5000, null, 5900),
    -- Delivery of its own, which was free, payment of the channel
    (10, 'web', false, 10000, 9900, null, 0),
    -- Two lines, two costs: the largest, and the lines disagree. 0 is not a second cost.
    (11, 'web', false, 5000, 5000, 0, 4000),
    (11, 'web', false, 5000, 5000, 250, 5000),
    -- A return does not cost what its order cost, though the extract repeats it
    (12, 'web', false, 5000, 5000, 100, 200),
    (12, 'web', true, 5000, 5000, 100, 200)
) as t (transaction_id, channel, is_return, gross_minor, net_minor, payment_cost_minor, delivery_cost_minor)

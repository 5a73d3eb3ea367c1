select
    cast(t.transaction_id as bigint) as transaction_id,
    'A' as customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    cast(null as varchar) as store_id,
    'SEK' as currency,
    t.is_return,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.net_minor as bigint) as net_minor,
    cast(0 as bigint) as cost_minor
from (
    values
    -- 1.5 % of 99.00 is 1.485, rounded half up to 1.49; of 98.99 it is 1.48485, to 1.48
    (1, 'web', false, 10000, 9900),
    (2, 'web', false, 10000, 9899),
    -- 1.2345 % of 123456789.01: the large part and the rest
    (3, 'store', false, 12345678901, 12345678901),
    -- Only a fee, no share
    (4, 'phone', false, 5000, 5000),
    -- A return costs neither share nor fee
    (5, 'web', true, 9900, 9900),
    -- More discount than price: only the fee is charged
    (6, 'web', false, 100, -50),
    -- A channel that is not in the lookup, and no channel
    (7, 'kiosk', false, 5000, 5000),
    (8, null, false, 5000, 5000)
) as t (transaction_id, channel, is_return, gross_minor, net_minor)

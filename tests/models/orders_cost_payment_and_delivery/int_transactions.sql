select
    cast(t.transaction_id as bigint) as transaction_id,
    'A' as customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    t.is_return,
    cast(0 as bigint) as categories_mask,
    cast(1 as bigint) as lines,
    cast(1 as bigint) as lines_with_rate,
    cast(1 as bigint) as lines_with_cost,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.net_sale_minor as bigint) as net_sale_minor,
    cast(t.returns_minor as bigint) as returns_minor,
    cast(0 as bigint) as cost_of_goods_minor
from (
    values
    -- 1.5 % of 99.00 is 1.485, rounded half up to 1.49; of 98.99 it is 1.48485, to 1.48
    (1, 'web', false, 10000, 9900, 0),
    (2, 'web', false, 10000, 9899, 0),
    -- 1.2345 % of 123456789.01: the large part and the rest
    (3, 'store', false, 12345678901, 12345678901, 0),
    -- No share, a fee alone
    (4, 'phone', false, 5000, 5000, 0),
    -- A return costs neither
    (5, 'web', true, 0, 0, 9900),
    -- More discount than price: nothing was charged, the fee is
    (6, 'web', false, 100, -50, 0),
    -- A channel that the lookup does not have, and none
    (7, 'kiosk', false, 5000, 5000, 0),
    (8, null, false, 5000, 5000, 0)
) as t (transaction_id, channel, is_return, gross_minor, net_sale_minor, returns_minor)

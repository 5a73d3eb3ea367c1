select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    cast(t.is_order as bigint) as is_order
from (
    values
    (1, 1, '2025-04-03T12:00:00', 'web', 1),
    (2, 2, '2025-04-03T12:00:01', 'web', 1),
    (3, 3, '2025-06-03T12:00:00', 'web', 1),
    -- A return is not a purchase
    (4, 4, '2025-12-05T12:00:00', 'web', 0),
    (5, 4, '2025-10-20T12:00:00', 'web', 1)
) as t (transaction_id, customer_no, ordered_at, channel, is_order)

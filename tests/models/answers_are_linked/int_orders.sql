select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    cast(t.is_order as bigint) as is_order
from (
    values
    (5, 1, '2025-01-04T12:00:00', 'web', 1),
    (6, 1, '2025-01-05T12:00:00', null, 0),
    (7, 3, '2025-02-01T12:00:00', 'web', 1),
    (7, 3, '2025-02-05T12:00:00', 'web', 0)
) as t (transaction_id, customer_no, ordered_at, channel, is_order)

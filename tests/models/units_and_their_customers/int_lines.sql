-- A return, lines of a store without an employee survey, lines without a store, and the turn of a month, local time. A
-- line that does not count.
select
    cast(1 as bigint) as transaction_id,
    t.store_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.is_return,
    t.counts,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    ('S1', '2025-01-15T12:00:00', false, true, 10000), ('S1', '2025-01-16T12:00:00', true, true, 2501),
    ('S1', '2025-01-31T23:00:00', false, true, 700), ('S1', '2025-01-31T23:00:00', false, false, 99999),
    ('S3', '2025-01-15T12:00:00', false, true, 99999), (null, '2025-01-15T12:00:00', false, true, 99999),
    ('S2', '2025-03-15T12:00:00', true, true, 500)
) as t (store_id, ordered_at, is_return, counts, net_minor)

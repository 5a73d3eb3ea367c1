select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    cast(t.is_two_way as bigint) as is_two_way,
    cast(0 as bigint) as is_automatic
from (
    values
    (1, '2024-02-01', 0), (1, '2024-03-01', 0), (1, '2024-04-01', 1),
    (4, '2025-06-01', 0), (4, '2025-11-01', 1)
) as t (customer_no, occurred_at, is_two_way)

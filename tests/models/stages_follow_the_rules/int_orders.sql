select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    cast(t.is_order as bigint) as is_order
from (
    values
    (2, '2024-01-10', 1), (2, '2025-06-01', 1),
    -- The return is not an order
    (3, '2025-10-02', 1), (3, '2025-10-03', 0), (3, '2025-10-05', 1),
    (4, '2025-01-10', 1)
) as t (customer_no, ordered_at, is_order)

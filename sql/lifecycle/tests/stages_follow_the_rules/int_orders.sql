select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_at || 'T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    cast(t.ordered_at as date) as ordered_date,
    cast(t.is_order as bigint) as is_order
from (
    values
    (2, '2024-01-10', 1), (2, '2025-06-01', 1),
    -- The return is not an order
    (3, '2025-10-02', 1), (3, '2025-10-03', 0), (3, '2025-10-05', 1),
    (4, '2025-01-10', 1),
    (6, '2025-02-10', 1),
    (7, '2025-08-01', 1),
    (8, '2025-08-01', 1),
    (9, '2025-08-01', 1),
    (10, '2025-08-01', 1),
    -- At risk, and then seen using
    (11, '2025-03-01', 1)
) as t (customer_no, ordered_at, is_order)

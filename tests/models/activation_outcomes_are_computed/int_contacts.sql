select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    t.touchpoint
from (
    values
    (1, '2025-11-15', 'complaint'),
    (1, '2025-11-16', 'complaint'),
    (2, '2025-11-15', 'help_pages'),
    (8, '2025-11-01', 'complaint'),
    (9, '2025-12-01', 'complaint')
) as t (customer_no, occurred_date, touchpoint)

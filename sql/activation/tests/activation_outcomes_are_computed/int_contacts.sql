select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    t.touchpoint,
    t.direction
from (
    values
    (1, '2025-11-15', 'complaint', 'customer'),
    (1, '2025-11-16', 'complaint', 'customer'),
    (2, '2025-11-15', 'help_pages', 'customer'),
    -- What the company sends about a complaint is not one
    (2, '2025-11-15', 'complaint', 'company'),
    (8, '2025-11-01', 'complaint', 'customer'),
    (9, '2025-12-01', 'complaint', 'customer')
) as t (customer_no, occurred_date, touchpoint, direction)

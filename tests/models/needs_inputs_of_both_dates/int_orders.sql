-- Customer 1: an order before the anchor and one after, and a return. Customer 2: only after. Customer 3: a return.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.ordered_date as date) as ordered_date,
    t.channel,
    cast(t.is_order as bigint) as is_order,
    cast(t.lines as bigint) as lines,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.discounts_minor as bigint) as discounts_minor,
    cast(t.returns_minor as bigint) as returns_minor
from (
    values
    (1, '2025-01-01', 'store', 1, 3, 10000, 1000, 0),
    (1, '2025-01-02', 'web', 1, 2, 5000, 0, 0),
    (1, '2025-01-03', 'store', 0, 1, 0, 0, 2000),
    (2, '2025-12-31', 'app', 1, 1, 100, 0, 0),
    (3, '2025-06-01', 'web', 0, 1, 0, 0, 700),
    (0, '2024-06-01', 'web', 1, 1, 900, 0, 0)
) as t (customer_no, ordered_date, channel, is_order, lines, gross_minor, discounts_minor, returns_minor)

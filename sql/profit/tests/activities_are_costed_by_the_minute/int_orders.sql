select
    cast(t.customer_no as bigint) as customer_no,
    cast('2025-01-31' as date) as ordered_date,
    cast('2025-01-01' as date) as month,
    t.channel,
    t.is_order,
    cast(t.lines as bigint) as lines
from (
    values
    -- An order uses no activity; returns of 1 and 6 lines take 1.5 and 4 minutes
    (1, 'web', 1, 3),
    (1, 'web', 0, 1),
    (2, null, 0, 6)
) as t (customer_no, channel, is_order, lines)

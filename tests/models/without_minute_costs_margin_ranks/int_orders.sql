select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.ordered_date as date) as ordered_date,
    arrow_cast(t.ordered_date || 'T10:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    cast(1 as bigint) as is_order,
    cast(t.net_minor as bigint) as gross_minor,
    cast(0 as bigint) as discounts_minor,
    cast(0 as bigint) as returns_minor,
    cast(t.net_minor as bigint) as net_minor,
    cast(t.costed_net_minor as bigint) as costed_net_minor,
    cast(t.cost_of_goods_minor as bigint) as cost_of_goods_minor,
    cast(0 as bigint) as payment_cost_minor,
    cast(0 as bigint) as delivery_cost_minor,
    cast(t.lines as bigint) as lines,
    cast(t.lines_with_cost as bigint) as lines_with_cost
from (
    values
    (1, '2025-06-01', 10000, 10000, 6000, 40, 40),
    (2, '2025-07-01', 20000, 19500, 11700, 20, 19),
    (3, '2025-08-01', 1000, 0, 0, 1, 0),
    (5, '2024-10-01', 5000, 5000, 3000, 10, 10)
) as t (customer_no, ordered_date, net_minor, costed_net_minor, cost_of_goods_minor, lines, lines_with_cost)

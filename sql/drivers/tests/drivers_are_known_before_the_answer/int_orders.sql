select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.ordered_date || 'T10:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    cast(t.ordered_date as date) as ordered_date,
    cast(t.is_order as bigint) as is_order,
    cast(t.margin_minor + 1000 as bigint) as net_minor,
    cast(t.margin_minor + 1000 as bigint) as costed_net_minor,
    cast(700 as bigint) as cost_of_goods_minor,
    cast(200 as bigint) as payment_cost_minor,
    cast(100 as bigint) as delivery_cost_minor
from (
    values
    -- As of 2024-06-02: 100 in the year before, 250 - 40 in the year after, including its last day
    (1, '2023-06-02', 1, 90000), (1, '2024-01-10', 1, 10000), (1, '2024-07-01', 0, -4000), (1, '2025-06-02', 1, 25000),
    (1, '2025-06-03', 1, 100000),
    (2, '2025-02-01', 1, 5000),
    (3, '2024-01-01', 1, 6000), (3, '2025-12-31', 1, 7000)
) as t (customer_no, ordered_date, is_order, margin_minor)

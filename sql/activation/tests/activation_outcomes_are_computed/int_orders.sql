select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.ordered_date as date) as ordered_date,
    cast(t.is_order as bigint) as is_order,
    cast(t.net_minor as bigint) as net_minor,
    cast(t.net_minor as bigint) as costed_net_minor,
    cast(t.cost_of_goods_minor as bigint) as cost_of_goods_minor,
    cast(t.payment_cost_minor as bigint) as payment_cost_minor,
    cast(t.delivery_cost_minor as bigint) as delivery_cost_minor
from (
    values
    -- On the day of activation, and on the day after the window: neither counts.
    (1, '2025-11-01', 1, 99900, 0, 0, 0),
    (4, '2025-12-02', 1, 99900, 0, 0, 0),
    (2, '2025-11-02', 1, 10000, 4000, 0, 0),
    (3, '2025-12-01', 1, 5050, 0, 25, 25),
    -- Returned in full: an order without margin.
    (5, '2025-11-10', 1, 20000, 0, 0, 0),
    (5, '2025-11-12', 0, -20000, 0, 0, 0),
    (6, '2025-11-21', 1, 3000, 0, 0, 0),
    (7, '2025-11-05', 1, 1000, 0, 0, 0)
) as t (customer_no, ordered_date, is_order, net_minor, cost_of_goods_minor, payment_cost_minor, delivery_cost_minor)

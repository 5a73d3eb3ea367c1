-- 1 was helped in August, before the first order. In December 1 of 2 lines has no known cost.
select
    column1 as customer_no,
    cast(column2 as date) as month,
    column3 as orders,
    column4 as net_minor,
    column5 as costed_net_minor,
    column6 as cost_of_goods_minor,
    column7 as cost_to_serve_minor,
    0 as payment_cost_minor,
    0 as delivery_cost_minor,
    0 as programme_cost_minor,
    column8 as lines,
    column9 as lines_without_cost,
    1 as services,
    0 as services_without_rate
from (
    values
    (1, '2025-08-01', 0, 0, 0, 0, 300, 0, 0),
    (1, '2025-10-01', 1, 5000, 5000, 3000, 0, 38, 0),
    (2, '2025-10-01', 1, 2000, 2000, 1000, 0, 1, 0),
    (3, '2025-10-01', 0, -700, -700, -400, 0, 1, 0),
    (1, '2025-12-01', 1, 200, 100, 40, 0, 2, 1)
) as months

select
    column1 as customer_no,
    cast(column2 as date) as month,
    column3 as orders,
    column4 as net_minor,
    column4 as costed_net_minor,
    column5 as cost_of_goods_minor,
    column6 as cost_to_serve_minor,
    0 as payment_cost_minor,
    0 as delivery_cost_minor,
    0 as programme_cost_minor,
    column3 as lines,
    0 as lines_without_cost,
    0 as services,
    0 as services_without_rate
from (
    values
    (0, '2025-07-01', 9, 99900, 0, 0),
    (1, '2025-07-01', 1, 10000, 6000, 0),
    (2, '2025-07-01', 0, 0, 0, 500),
    -- The cohort of July is profitable in August, at a loss again in October, and has paid back in December.
    (1, '2025-08-01', 2, 20000, 15000, 0),
    (2, '2025-10-01', 0, -2000, 0, 0),
    (2, '2025-12-01', 1, 7000, 5000, 0),
    (3, '2025-09-01', 1, 4000, 3500, 0),
    (3, '2025-11-01', 1, 4000, 3900, 0)
) as months

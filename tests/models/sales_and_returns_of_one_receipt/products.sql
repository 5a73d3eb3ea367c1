select
    t.product_id,
    t.category,
    cast(t.unit_cost as decimal(12, 2)) as unit_cost
from (
    values
    ('P1', 'books', '0.10'),
    ('P2', 'toys', '4.00'),
    ('P3', ' Presentkort', '1.00')
) as t (product_id, category, unit_cost)

select
    t.product_id,
    'category' as category,
    cast(t.unit_cost as decimal(12, 2)) as unit_cost
from (values ('P1', '0.10'), ('P2', '4.00')) as t (product_id, unit_cost)

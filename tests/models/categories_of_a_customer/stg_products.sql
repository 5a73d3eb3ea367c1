-- A product without a category, and one of a category in product_kinds.
select
    t.product_id,
    t.category,
    cast(100 as bigint) as unit_cost_minor
from (
    values ('P1', 'books'), ('P2', 'books'), ('P3', 'toys'), ('P4', null), ('P5', 'Frakt')
) as t (product_id, category)

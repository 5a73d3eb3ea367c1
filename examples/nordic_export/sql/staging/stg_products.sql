-- Grain: one row per product.
-- Articles in the names of the models, with the unit cost in minor units of the base currency.

select
    products.artikelnr as product_id,
    products.varugrupp as category,
    cast(products.inkopspris * 100 as bigint) as unit_cost_minor
from products

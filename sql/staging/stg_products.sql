-- Grain: one row per product.
-- The product extract, with the unit cost in minor units of the base currency.

select
    products.product_id,
    products.category,
    cast(products.unit_cost * 100 as bigint) as unit_cost_minor
from products

-- Grain: one row per product.
-- Purpose: unit cost in whole öre. Read twice, so the engine keeps it and knows that it is small.
select
    products.product_id,
    products.category,
    cast(products.unit_cost * 100 as bigint) as unit_cost_ore
from products

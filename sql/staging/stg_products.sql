-- Grain: one row per product.
-- The product extract, with the unit cost in minor units of the base currency.

select
    product_register.product_id,
    product_register.category,
    cast(product_register.unit_cost * 100 as bigint) as unit_cost_minor
from product_register

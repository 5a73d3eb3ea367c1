-- Grain: one row per product.
-- Articles in the names of the models, with the unit cost in minor units of the base currency.

select
    product_register.artikelnr as product_id,
    product_register.varugrupp as category,
    cast(product_register.inkopspris * 100 as bigint) as unit_cost_minor
from product_register

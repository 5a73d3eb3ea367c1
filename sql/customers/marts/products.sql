-- Grain: one row per product of the product extract or of a line.
-- The products, also those that the extract does not have: they have no category and no unit cost. No intermediate
-- model holds the extract's products, so this mart reads staging.

with used as (

    select int_lines.product_id
    from int_lines
    where int_lines.product_id is not null
    group by int_lines.product_id

)

select
    coalesce(stg_products.product_id, used.product_id) as product_id,
    stg_products.category,
    money(stg_products.unit_cost_minor) as unit_cost,
    stg_products.product_id is not null as is_in_extract
from used
full outer join stg_products
    on used.product_id = stg_products.product_id

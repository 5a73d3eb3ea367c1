-- Grain: one row per product of the product extract, of the lookup product_kinds, or of a line.
-- The products, also those that the extract does not have: they have no category, and no unit cost if they are goods.

with used as (

    select int_lines.product_id
    from int_lines
    where int_lines.product_id is not null
    group by int_lines.product_id

)

select
    coalesce(int_products.product_id, used.product_id) as product_id,
    int_products.category,
    coalesce(int_products.kind, 'goods') as kind,
    money(int_products.unit_cost_minor) as unit_cost,
    coalesce(int_products.is_in_extract, false) as is_in_extract
from used
full outer join int_products
    on used.product_id = int_products.product_id
where
    used.product_id is not null
    or int_products.is_in_extract

-- Grain: one row per product.
-- Products with a small integer for this run, so that lines carry no text; 0 is an unknown product. category_no
-- numbers the categories from 0 in name order, as bits of a mask; from the 62nd on they share one.

select
    stg_products.product_id,
    stg_products.category,
    stg_products.unit_cost_minor,
    cast(row_number() over (order by stg_products.product_id) as integer) as product_no,
    case
        when stg_products.category is not null
            then least(cast(dense_rank() over (order by stg_products.category nulls last) as bigint) - 1, 61)
    end as category_no
from stg_products

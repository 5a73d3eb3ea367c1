-- Grain: one row per product category.
-- Purpose: gives each category a bit, so that the distinct categories of a person are one bit_or over integers.
-- The check categories_fit_a_mask fails if there are more categories than bits.
with categories as (
    select distinct stg_products.category
    from stg_products
    where stg_products.category is not null
),

numbered as (
    select
        categories.category,
        row_number() over (order by categories.category) - 1 as bit_no
    from categories
)

select
    numbered.category,
    cast(numbered.bit_no as bigint) as bit_no,
    cast(1 as bigint) << cast(numbered.bit_no as bigint) as category_bit
from numbered

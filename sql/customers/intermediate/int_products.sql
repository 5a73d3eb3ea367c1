-- Grain: one row per product of the product extract, and per product_id of the lookup product_kinds.
-- Products with what kind of sale they are: goods, unless the lookup names the product or, failing that, its category.
-- Freight, fees and the like are not goods: they have no cost of goods, unless the product extract gives one.

with kinds as (

    select
        product_kinds.attribute,
        product_kinds.value,
        product_kinds.kind,
        product_kinds.counts_as_revenue
    from product_kinds

),

by_product as (

    select
        kinds.value as product_id,
        kinds.kind,
        kinds.counts_as_revenue
    from kinds
    where kinds.attribute = 'product_id'

),

by_category as (

    select
        kinds.value as category,
        kinds.kind,
        kinds.counts_as_revenue
    from kinds
    where kinds.attribute = 'category'

),

products as (

    select
        coalesce(stg_products.product_id, by_product.product_id) as product_id,
        stg_products.category,
        stg_products.unit_cost_minor,
        stg_products.product_id is not null as is_in_extract,
        by_product.kind,
        by_product.counts_as_revenue
    from stg_products
    full outer join by_product
        on stg_products.product_id = by_product.product_id

)

select
    products.product_id,
    products.category,
    products.is_in_extract,
    coalesce(products.kind, by_category.kind, 'goods') as kind,
    coalesce(products.counts_as_revenue, by_category.counts_as_revenue, true) as counts_as_revenue,
    case
        when products.unit_cost_minor is not null then products.unit_cost_minor
        when coalesce(products.kind, by_category.kind, 'goods') <> 'goods' then 0
    end as unit_cost_minor
from products
left join by_category
    on lower(trim(products.category)) = by_category.category

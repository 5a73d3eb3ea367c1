-- Returns the rows of the lookup product_kinds that name neither a product_id nor a category, a category that is not in
-- lower case and trimmed, which no product can match, or no kind.

select
    product_kinds.attribute,
    product_kinds.value,
    product_kinds.kind,
    product_kinds.counts_as_revenue
from product_kinds
where
    product_kinds.attribute not in ('product_id', 'category')
    or (product_kinds.attribute = 'category' and product_kinds.value <> lower(trim(product_kinds.value)))
    or product_kinds.kind is null
    or product_kinds.counts_as_revenue is null

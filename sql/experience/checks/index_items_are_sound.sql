-- Returns the items in the lookup index_items that no survey has, that have a negative weight, or that belong to an
-- index missing from cx_metrics, and the indices without an item of positive weight.

with indices as (

    select
        index_items.index,
        max(index_items.weight) as greatest_weight
    from index_items
    group by index_items.index

)

select
    index_items.index,
    index_items.item,
    index_items.weight
from index_items
inner join indices
    on index_items.index = indices.index
where
    index_items.index is null
    or index_items.index not in ('satisfaction_index', 'trust_index', 'emotion_index')
    or index_items.item is null
    or index_items.item not in ('satisfaction', 'expectation', 'ideal', 'trust', 'emotion')
    or index_items.weight is null
    or index_items.weight < 0
    or index_items.weight > 100
    or coalesce(indices.greatest_weight, 0) <= 0

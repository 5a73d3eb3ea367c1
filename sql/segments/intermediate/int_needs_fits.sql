-- Grain: one row.
-- The segments as found at the reference date, and moved to as_of under the same numbers. If every as_of found new
-- segments, numbers would change and customer moves could not be separated from segment changes.

with moved as (

    select kmeans_refit(int_needs_found.fit, int_needs_features.features) as fit
    from int_needs_features
    cross join int_needs_found
    where int_needs_features.is_now

)

select
    int_needs_found.fit as found_fit,
    moved.fit
from int_needs_found
cross join moved

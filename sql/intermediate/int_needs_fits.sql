-- Grain: one row.
-- The segments as they were found at the reference date, and as they have moved until as_of under the same numbers:
-- found anew at every as_of they would change places, and nobody could tell a change of customers from one of segments.

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

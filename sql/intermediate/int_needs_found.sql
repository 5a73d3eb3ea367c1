-- Grain: one row.
-- The segments as they were found at the reference date: k-means over the behaviour of everybody who had ordered by
-- then.

with weights as (

    select array_agg(int_needs_weights.weight order by int_needs_weights.position) as weights
    from int_needs_weights

)

select
    kmeans_fit(
        int_needs_features.features,
        weights.weights,
        $needs_segments_min,
        $needs_segments_max,
        $needs_seed
    ) as fit
from int_needs_features
cross join weights
where int_needs_features.is_reference

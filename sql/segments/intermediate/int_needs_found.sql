-- Grain: one row.
-- The segments as found at the reference date: k-means over the behaviour of everyone who had ordered by then; none
-- ('too few customers') below $needs_min_customers, where segments would hold one customer each.

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
cross join int_needs_population
where
    int_needs_features.is_reference
    and int_needs_population.customers >= $needs_min_customers

-- Grain: one row per person with an order.
-- The segment whose centroid is nearest to a person's behaviour at as_of, and the distance; 0 without segments.

select
    int_needs_features.customer_no,
    coalesce(
        kmeans_cluster((select int_needs_fits.fit from int_needs_fits), int_needs_features.features), 0
    ) as needs_segment_no,
    kmeans_distance((select int_needs_fits.fit from int_needs_fits), int_needs_features.features) as distance
from int_needs_features
where int_needs_features.is_now

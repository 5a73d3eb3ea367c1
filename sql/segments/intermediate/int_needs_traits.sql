-- Grain: one row per needs segment and feature.
-- Centroids in standard deviations, when the segments were found and now, and what distinguishes a segment from the
-- average buyer. Traits are ranked by weight x deviation when the segment was found, so that names are as stable as
-- numbers. A label omitted in needs_features is not a trait.

with segments as (

    select
        unnest(range(1, coalesce(int_needs_fits.fit['k'], 0) + 1)) as needs_segment_no,
        int_needs_fits.found_fit,
        int_needs_fits.fit
    from int_needs_fits

),

centroids as (

    select
        segments.needs_segment_no,
        int_needs_weights.position,
        int_needs_weights.feature,
        int_needs_weights.weight,
        int_needs_weights.label_high,
        int_needs_weights.label_low,
        segments.found_fit['standardised'][segments.needs_segment_no][int_needs_weights.position] as found_mean,
        segments.fit['standardised'][segments.needs_segment_no][int_needs_weights.position] as standardised_mean
    from segments
    cross join int_needs_weights

),

labelled as (

    select
        centroids.needs_segment_no,
        centroids.position,
        centroids.feature,
        centroids.found_mean,
        centroids.standardised_mean,
        centroids.weight * abs(centroids.found_mean) as strength,
        case when centroids.found_mean >= 0 then centroids.label_high else centroids.label_low end as trait
    from centroids

)

select
    labelled.needs_segment_no,
    labelled.position,
    labelled.feature,
    labelled.found_mean,
    labelled.standardised_mean,
    labelled.trait,
    case
        when labelled.trait is not null and labelled.strength > 0
            then row_number() over (
                partition by labelled.needs_segment_no
                order by labelled.trait is null, labelled.strength desc, labelled.position
            )
    end as trait_rank
from labelled

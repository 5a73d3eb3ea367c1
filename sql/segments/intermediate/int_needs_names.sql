-- Grain: one row per needs segment, plus number 0 for customers without one.
-- A segment is named by its two strongest traits; segments with equal names add the third trait, and then their
-- numbers if the names are still equal.

with traits as (

    select
        int_needs_traits.needs_segment_no,
        max(case when int_needs_traits.trait_rank = 1 then int_needs_traits.trait end) as first_trait,
        max(case when int_needs_traits.trait_rank = 2 then int_needs_traits.trait end) as second_trait,
        max(case when int_needs_traits.trait_rank = 3 then int_needs_traits.trait end) as third_trait
    from int_needs_traits
    group by int_needs_traits.needs_segment_no

),

short_names as (

    select
        traits.needs_segment_no,
        traits.third_trait,
        coalesce(nullif(concat_ws(', ', traits.first_trait, traits.second_trait), ''), 'average') as name
    from traits

),

longer_names as (

    select
        short_names.needs_segment_no,
        case
            when count(*) over (partition by short_names.name) > 1
                then concat_ws(', ', short_names.name, short_names.third_trait)
            else short_names.name
        end as name
    from short_names

)

select
    longer_names.needs_segment_no,
    case
        when count(*) over (partition by longer_names.name) > 1
            then concat(longer_names.name, ' (', cast(longer_names.needs_segment_no as varchar), ')')
        else longer_names.name
    end as needs_segment
from longer_names

union all

select
    0 as needs_segment_no,
    'not segmented' as needs_segment

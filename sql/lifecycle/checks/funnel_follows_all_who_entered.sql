-- Law 7, for conversion: of the customers who entered a stage in a month each is followed, and counts under one
-- outcome; the funnel shows the shares once all have had the time, and not before. Returns the stages that differ.

with followed as (

    select
        lifecycle_funnel.month,
        lifecycle_funnel.stage,
        lifecycle_funnel.customers_entered,
        lifecycle_funnel.share_still_there is not null as has_shares,
        coalesce(int_stage_conversions.customers, 0) as customers,
        coalesce(
            int_stage_conversions.customers_forward
            + int_stage_conversions.customers_silent
            + int_stage_conversions.customers_still_there
            + int_stage_conversions.customers_back,
            0
        ) as outcomes,
        coalesce(int_stage_conversions.is_over and lifecycle_funnel.stage <> 'won_back', false) as is_over
    from lifecycle_funnel
    left join int_stage_conversions
        on
            lifecycle_funnel.month = int_stage_conversions.month
            and lifecycle_funnel.stage = int_stage_conversions.stage

)

select
    followed.month,
    followed.stage,
    followed.customers_entered,
    followed.customers,
    followed.outcomes,
    followed.is_over,
    followed.has_shares
from followed
where
    followed.customers_entered <> followed.customers
    or followed.customers <> followed.outcomes
    or followed.is_over <> followed.has_shares

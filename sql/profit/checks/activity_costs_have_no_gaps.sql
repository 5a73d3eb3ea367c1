-- Returns the activities that have a pool in only some months between the first and the last of the extract
-- activity_costs. The fixed minute cost applies in the others.

with extract_span as (

    select
        min(stg_activity_costs.month) as first_month,
        max(stg_activity_costs.month) as last_month
    from stg_activity_costs

),

lengths as (

    select
        12 * (date_part('year', extract_span.last_month) - date_part('year', extract_span.first_month))
        + date_part('month', extract_span.last_month) - date_part('month', extract_span.first_month) + 1 as months
    from extract_span

),

pools as (

    select
        stg_activity_costs.activity,
        count(*) as months
    from stg_activity_costs
    group by stg_activity_costs.activity

)

select
    pools.activity,
    pools.months as months_with_pool,
    lengths.months as months_of_extract
from pools
cross join lengths
where pools.months < lengths.months

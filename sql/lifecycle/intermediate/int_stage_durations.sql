-- Grain: one row per month and stage that somebody left in it.
-- Length of the stays that ended in the month.

with stays as (

    select
        int_customer_stages.stage,
        arrow_cast(int_customer_stages.left_at, 'Timestamp(Microsecond, Some("UTC"))') as left_at,
        (int_customer_stages.left_at - int_customer_stages.entered_at) / 1000000 as seconds_in_stage
    from int_customer_stages
    where int_customer_stages.left_at is not null

)

select
    local_month(stays.left_at, $time_zone) as month,
    stays.stage,
    median(cast(stays.seconds_in_stage as double)) / 86400 as median_days_in_stage
from stays
group by
    local_month(stays.left_at, $time_zone),
    stays.stage

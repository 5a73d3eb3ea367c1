-- Grain: one row per person known at the earlier valuation.
-- Lifecycle stage at the end of that day.

with earlier_date as (

    select
        cast(
            cast(int_valuation_dates.valuation_date + interval '1 day' as timestamp) at time zone $time_zone as bigint
        ) / 1000 as ended_at
    from int_valuation_dates
    where not int_valuation_dates.is_current

)

select
    int_customer_stages.customer_no,
    int_customer_stages.stage
from int_customer_stages
cross join earlier_date
where
    int_customer_stages.entered_at < earlier_date.ended_at
    and (int_customer_stages.left_at is null or int_customer_stages.left_at >= earlier_date.ended_at)

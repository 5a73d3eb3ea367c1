-- Grain: one row per person known at the earlier valuation.
-- Lifecycle stage at the end of that day.

with earlier_date as (

    select cast(end_of_day(int_valuation_dates.valuation_date, $time_zone) as bigint) as ended_at
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

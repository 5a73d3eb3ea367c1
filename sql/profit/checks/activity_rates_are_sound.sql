-- Returns the activities of the lookup activity_rates whose minute cost is missing or below zero.

select
    activity_rates.activity,
    activity_rates.minute_cost
from activity_rates
where coalesce(activity_rates.minute_cost < 0, true)

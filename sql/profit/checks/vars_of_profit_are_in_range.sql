-- Returns the vars of domain profit whose value is outside its range, or not a number.

select
    'minimum_known_cost_share' as var,
    cast($minimum_known_cost_share as varchar) as value,
    'from 0 to 1' as expected
where coalesce(try_cast(cast($minimum_known_cost_share as varchar) as double) not between 0 and 1, true)

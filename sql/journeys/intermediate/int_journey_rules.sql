-- Grain: one row per journey that is defined or that an extract names.
-- The lookup journey_rules with a number for each journey of this run; the row 'any' serves journeys that have none.

with names as (

    select journey_rules.journey
    from journey_rules
    where journey_rules.journey <> 'any'

    union

    select int_kind_roles.journey
    from int_kind_roles

),

rules as (

    select
        names.journey,
        coalesce(own.time_out_days, other.time_out_days) as time_out_days,
        coalesce(own.completion, other.completion) as completion
    from names
    left join journey_rules as own
        on names.journey = own.journey
    cross join journey_rules as other
    where other.journey = 'any'

)

select
    cast(row_number() over (order by rules.journey) as bigint) as journey_no,
    rules.journey,
    cast(rules.time_out_days as bigint) * 86400000000 as time_out_us,
    case when rules.completion = 'end' then 1 else 0 end as has_completion
from rules

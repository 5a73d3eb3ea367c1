-- Grain: one row per journey that is defined or that an extract names.
-- What the lookups say about a journey as of $as_of: over_before is the last event of a journey whose time-out has
-- passed, settled_before that of one whose outcome is final. The row 'any' serves journeys that have none.

with names as (

    select journey_rules.journey
    from journey_rules
    where journey_rules.journey <> 'any'

    union

    select int_contacts.journey
    from int_contacts
    where int_contacts.journey is not null

),

windows as (

    select
        journey_outcomes.journey,
        max(journey_outcomes.within_days) as within_days
    from journey_outcomes
    group by journey_outcomes.journey

)

select
    names.journey,
    coalesce(own.completion, other.completion) = 'end' as has_completion,
    $as_of_end - cast(concat(coalesce(own.time_out_days, other.time_out_days), ' days') as interval) as over_before,
    $as_of_end
    - cast(concat(coalesce(own_window.within_days, other_window.within_days, 0), ' days') as interval)
        as settled_before
from names
left join journey_rules as own
    on names.journey = own.journey
left join journey_rules as other
    on other.journey = 'any'
left join windows as own_window
    on names.journey = own_window.journey
left join windows as other_window
    on other_window.journey = 'any'

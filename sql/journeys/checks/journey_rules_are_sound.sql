-- Returns the rows of journey_rules with a time-out outside 1 to 3650 days or a completion that there is not, and the
-- row 'any' where it is missing.

with problems as (

    select
        journey_rules.journey,
        case
            when journey_rules.time_out_days is null or journey_rules.time_out_days not between 1 and 3650
                then 'time_out_days is not from 1 to 3650'
            when journey_rules.completion is null or journey_rules.completion not in ('end', 'none')
                then 'completion is neither end nor none'
        end as problem
    from journey_rules

    union all

    select
        'any' as journey,
        case
            when count(case when journey_rules.journey = 'any' then 1 end) = 0 then 'there is no row any'
        end as problem
    from journey_rules

)

select
    problems.journey,
    problems.problem
from problems
where problems.problem is not null

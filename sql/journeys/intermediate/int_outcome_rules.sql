-- Grain: one row per journey and outcome that it can have.
-- The lookup journey_outcomes with the rows of 'any' for journeys without rows of their own. window_no numbers the
-- different pairs of event and days; window 1 is an order within 90 days, which every journey is asked about (priority
-- null where it is no outcome of the journey).

with own as (

    select distinct journey_outcomes.journey
    from journey_outcomes

),

rules as (

    select
        int_journey_rules.journey_no,
        journey_outcomes.priority,
        journey_outcomes.outcome,
        journey_outcomes.event,
        journey_outcomes.touchpoint,
        journey_outcomes.within_days
    from int_journey_rules
    left join own
        on int_journey_rules.journey = own.journey
    inner join journey_outcomes
        on coalesce(own.journey, 'any') = journey_outcomes.journey

    union all

    select
        int_journey_rules.journey_no,
        null as priority,
        null as outcome,
        'order' as event,
        'any' as touchpoint,
        90 as within_days
    from int_journey_rules

)

select
    rules.journey_no,
    rules.priority,
    rules.outcome,
    rules.event,
    rules.touchpoint,
    cast(rules.within_days as bigint) * 86400000000 as within_us,
    cast(dense_rank() over (
        order by
            case when rules.event = 'order' and rules.within_days = 90 then 0 else 1 end,
            rules.event, rules.touchpoint, rules.within_days
    ) as integer) as window_no
from rules

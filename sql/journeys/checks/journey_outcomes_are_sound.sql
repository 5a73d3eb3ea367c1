-- Returns the rows of journey_outcomes of a journey without rules, without a name or of an event that there is not, the
-- ones that name the touchpoint of an order or return, which have none, or with a window outside 1 to 3650 days.

select
    journey_outcomes.journey,
    journey_outcomes.priority,
    journey_outcomes.outcome,
    journey_outcomes.event,
    journey_outcomes.touchpoint,
    journey_outcomes.within_days
from journey_outcomes
left join journey_rules
    on journey_outcomes.journey = journey_rules.journey
where
    journey_rules.journey is null
    or journey_outcomes.outcome is null
    or journey_outcomes.outcome = 'none'
    or journey_outcomes.event is null
    or journey_outcomes.event not in ('contact', 'order', 'return', 'survey')
    or journey_outcomes.touchpoint is null
    or (journey_outcomes.event in ('order', 'return') and journey_outcomes.touchpoint <> 'any')
    or journey_outcomes.within_days is null
    or journey_outcomes.within_days not between 1 and 3650

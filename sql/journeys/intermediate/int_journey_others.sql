-- Grain: one row per event that is part of several journeys and journey after the first by name.

with others as (

    select
        int_journey_steps.event,
        int_journey_steps.event_id,
        int_journey_steps.customer_no,
        int_journey_steps.occurred_at,
        unnest(int_journey_steps.other_journeys) as journey
    from int_journey_steps
    where int_journey_steps.other_journeys is not null

)

select
    others.event,
    others.event_id,
    others.customer_no,
    others.occurred_at,
    others.journey['journey'] as journey,
    others.journey['journey_number'] as journey_number,
    others.journey['started_at'] as journey_started_at,
    others.journey['first_event'] as journey_first_event
from others

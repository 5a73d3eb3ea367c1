-- Grain: one row per journey that somebody went through.
-- What came of each journey.
--   journey_number  number among the journeys of the person
--   first_event     on a journey that begins at an instant at which the one before it had an event: its first event
--   is_over         the time-out has passed: nothing can join the journey any more
--   is_completed    null where the events cannot show it, and while the journey is open without an end
--   is_mature       90 days have passed since its last event, so that has_purchase is known
--   stage           the stage in which the first event found the person, before it changed that stage; the first stage
--                   where there was none before
-- The many journeys are on the right of each join: how many rows an unnest yields is not known to the planner, which
-- hashes the left side then.

with ended as (

    select
        int_journey_steps.customer_no,
        unnest(int_journey_steps.ended_journeys) as journey
    from int_journey_steps

),

instances as (

    select
        ended.customer_no,
        ended.journey['journey'] as journey,
        ended.journey['journey_number'] as journey_number,
        ended.journey['started_at'] as started_at,
        ended.journey['first_event'] as first_event,
        ended.journey['ended_at'] as ended_at,
        ended.journey['completed_at'] as completed_at,
        ended.journey['touchpoints'] as touchpoints,
        ended.journey['contacts'] as contacts,
        ended.journey['two_way'] as two_way,
        ended.journey['automatic'] as automatic,
        ended.journey['steps'] as steps,
        ended.journey['path'] as path,
        ended.journey['channel_count'] as channel_count,
        ended.journey['channels'] as channels,
        ended.journey['outcome'] as outcome,
        ended.journey['next_order_at'] as next_order_at
    from ended

),

stages as (

    select
        int_customer_stages.customer_no,
        int_customer_stages.stage,
        int_customer_stages.entered_at as found_from,
        int_customer_stages.previous_stage = 'none' as is_first,
        coalesce(int_customer_stages.left_at, 9223372036854775807) as found_until
    from int_customer_stages

)

select
    instances.customer_no,
    instances.journey,
    instances.journey_number,
    instances.started_at,
    instances.first_event,
    instances.ended_at,
    instances.completed_at,
    instances.touchpoints,
    instances.contacts,
    instances.two_way,
    instances.automatic,
    instances.steps,
    instances.path,
    instances.channel_count,
    instances.channels,
    instances.outcome,
    instances.ended_at < int_journey_rules.over_before as is_over,
    case
        when not int_journey_rules.has_completion then null
        when instances.completed_at is not null then true
        when instances.ended_at < int_journey_rules.over_before then false
    end as is_completed,
    instances.ended_at < $as_of_end - interval '90 days' as is_mature,
    coalesce(instances.next_order_at <= instances.ended_at + interval '90 days', false) as has_purchase,
    instances.ended_at < int_journey_rules.settled_before as is_outcome_final,
    stages.stage
-- The small tables come first: the engine holds the left side of a join in memory and streams the right one.
from stages
right join ( -- noqa: CV08
    int_journey_rules
    right join instances -- noqa: CV08
        on int_journey_rules.journey = instances.journey
)
    on
        stages.customer_no = instances.customer_no
        and stages.found_until >= cast(instances.started_at as bigint)
        and stages.found_from + case when stages.is_first then 0 else 1 end <= cast(instances.started_at as bigint)

-- Grain: one row per journey that somebody went through.
-- What came of each journey, still in numbers: the marts about journeys read this.
--   is_closed     the time-out has passed: nothing can join the journey any more
--   is_completed  null where the events cannot tell, and while the journey is open without an end
--   is_mature     90 days have passed since its last event, so that has_purchase is known
--   stage         the stage in which the first event found the person, before it changed that stage; the first stage
--                 where there was none before
-- Left joins as in journeys: the planner is to hash the small sides.
-- 7776000000000 is 90 days in microseconds.

with windows as (

    select
        int_outcome_rules.journey_no,
        max(case when int_outcome_rules.priority is not null then int_outcome_rules.within_us end) as longest_us
    from int_outcome_rules
    group by int_outcome_rules.journey_no

),

stages as (

    select
        int_customer_stages.customer_no,
        int_customer_stages.stage,
        int_customer_stages.entered_at
        + case when int_customer_stages.previous_stage = 'none' then 0 else 1 end as found_from,
        coalesce(int_customer_stages.left_at, 9223372036854775807) as found_until
    from int_customer_stages

)

select
    int_journey_instances.instance_no,
    int_journey_instances.customer_no,
    int_journey_instances.journey_no,
    int_journey_instances.started_at,
    int_journey_instances.ended_at,
    int_journey_instances.completed_at,
    int_journey_instances.tied_event_no,
    int_journey_instances.tied_event_id,
    int_journey_instances.touchpoints,
    int_journey_instances.contacts,
    int_journey_instances.two_way,
    int_journey_instances.automatic,
    int_journey_instances.steps,
    int_journey_instances.channel_set,
    int_channel_sets.channel_count,
    int_journey_paths.path_no,
    cast($as_of_end as bigint) - int_journey_instances.ended_at > int_journey_rules.time_out_us as is_closed,
    case
        when int_journey_rules.has_completion = 0 then null
        when int_journey_instances.completed_at is not null then true
        when cast($as_of_end as bigint) - int_journey_instances.ended_at > int_journey_rules.time_out_us then false
    end as is_completed,
    coalesce(int_journey_outcomes.has_purchase, 0) = 1 as has_purchase,
    cast($as_of_end as bigint) - int_journey_instances.ended_at > 7776000000000 as is_mature,
    least(int_journey_instances.outcome_priority, int_journey_outcomes.outcome_priority) as outcome_priority,
    cast($as_of_end as bigint) - int_journey_instances.ended_at > coalesce(windows.longest_us, 0) as is_outcome_final,
    stages.stage
from int_journey_instances
left join int_journey_rules
    on int_journey_instances.journey_no = int_journey_rules.journey_no
left join windows
    on int_journey_instances.journey_no = windows.journey_no
left join int_channel_sets
    on int_journey_instances.channel_set = int_channel_sets.channel_set
left join int_journey_paths
    on
        int_journey_instances.path_1 = int_journey_paths.path_1
        and int_journey_instances.path_2 = int_journey_paths.path_2
        and int_journey_instances.path_3 = int_journey_paths.path_3
left join int_journey_outcomes
    on int_journey_instances.instance_no = int_journey_outcomes.instance_no
left join stages
    on
        int_journey_instances.customer_no = stages.customer_no
        and stages.found_from <= int_journey_instances.started_at
        and stages.found_until >= int_journey_instances.started_at

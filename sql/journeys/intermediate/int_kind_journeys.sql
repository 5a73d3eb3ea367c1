-- Grain: one row per kind of event and journey it is part of.
-- What int_journey_steps needs of both: the event's role in the journey, its place in paths, the time-out, whether it
-- is the journey by which the event is found in touchpoints (the first by name), and the outcome that it makes as a
-- step of the journey.

with outcomes as (

    select
        int_event_kinds.kind_no,
        int_outcome_rules.journey_no,
        min(int_outcome_rules.priority) as outcome_priority
    from int_event_kinds
    inner join int_outcome_rules
        on
            int_event_kinds.event = int_outcome_rules.event
            and int_outcome_rules.touchpoint in (int_event_kinds.touchpoint, 'any')
    group by
        int_event_kinds.kind_no,
        int_outcome_rules.journey_no

)

select
    int_kind_roles.kind_no,
    int_journey_rules.journey_no,
    int_kind_roles.role_no,
    int_journey_rules.time_out_us,
    int_event_kinds.event_no,
    int_event_kinds.touchpoint_no,
    int_event_kinds.channel_bit,
    int_event_kinds.is_two_way,
    int_event_kinds.is_automatic,
    cast(row_number() over (partition by int_kind_roles.kind_no order by int_journey_rules.journey_no) as smallint)
        as journey_rank,
    cast(count(*) over (partition by int_kind_roles.kind_no) as integer) as journey_count,
    outcomes.outcome_priority
from int_kind_roles
inner join int_journey_rules
    on int_kind_roles.journey = int_journey_rules.journey
inner join int_event_kinds
    on int_kind_roles.kind_no = int_event_kinds.kind_no
left join outcomes
    on
        int_kind_roles.kind_no = outcomes.kind_no
        and int_journey_rules.journey_no = outcomes.journey_no

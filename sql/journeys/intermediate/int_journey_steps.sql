-- Grain: one row per contact, order, return and survey answer.
-- The events with the journeys that they are part of, and on the last event of a journey what it was: journey_step
-- walks through each person's events in order of time. The window's partitions are groups of persons, which are few
-- enough to be in memory together; events of customer_no 0 are in no journey and make up groups of their own.

with grouped as (

    select
        case
            when int_events.customer_no > 0 then int_events.customer_no / 1024
            else -1 - abs(int_events.event_id % 1024)
        end as person_group,
        int_events.event,
        int_events.event_id,
        int_events.customer_no,
        int_events.occurred_at,
        int_events.touchpoint,
        int_events.channel,
        int_events.journey,
        int_events.store_id,
        int_events.is_two_way,
        int_events.is_automatic,
        int_events.is_own,
        int_events.minutes_e2
    from int_events

),

walked as (

    select
        grouped.event,
        grouped.event_id,
        grouped.customer_no,
        grouped.occurred_at,
        grouped.touchpoint,
        grouped.channel,
        grouped.store_id,
        grouped.is_two_way,
        grouped.is_automatic,
        grouped.is_own,
        grouped.minutes_e2,
        journey_step(
            grouped.customer_no,
            grouped.occurred_at,
            grouped.event,
            grouped.event_id,
            grouped.touchpoint,
            grouped.channel,
            grouped.journey,
            grouped.is_two_way,
            grouped.is_automatic,
            (
                select
                    array_agg(
                        named_struct(
                            'journey', journey_rules.journey,
                            'time_out_days', journey_rules.time_out_days
                        )
                    )
                from journey_rules
            ),
            (
                select
                    array_agg(
                        named_struct(
                            'event', journey_touchpoints.event,
                            'touchpoint', journey_touchpoints.touchpoint,
                            'channel', journey_touchpoints.channel,
                            'journey', journey_touchpoints.journey,
                            'role', journey_touchpoints.role
                        )
                    )
                from journey_touchpoints
            ),
            (
                select
                    array_agg(
                        named_struct(
                            'journey', journey_outcomes.journey,
                            'priority', journey_outcomes.priority,
                            'outcome', journey_outcomes.outcome,
                            'event', journey_outcomes.event,
                            'touchpoint', journey_outcomes.touchpoint,
                            'within_days', journey_outcomes.within_days
                        )
                    )
                from journey_outcomes
            )
        ) over (
            partition by grouped.person_group
            order by grouped.customer_no, grouped.occurred_at, grouped.event, grouped.event_id
        ) as step
    from grouped

)

select
    walked.event,
    walked.event_id,
    walked.customer_no,
    walked.occurred_at,
    walked.touchpoint,
    walked.channel,
    walked.store_id,
    walked.is_two_way,
    walked.is_automatic,
    walked.is_own,
    walked.minutes_e2,
    walked.step['journey'] as journey,
    walked.step['journey_number'] as journey_number,
    walked.step['started_at'] as journey_started_at,
    walked.step['first_event'] as journey_first_event,
    walked.step['journey_count'] as journey_count,
    walked.step['other_journeys'] as other_journeys,
    walked.step['ended_journeys'] as ended_journeys
from walked

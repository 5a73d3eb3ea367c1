-- Grain: one row per journey that somebody went through.
-- The steps added up. The path is packed: 15 bits for each of the first ten steps, four to a bigint. completed_at is
-- the first end event, outcome_priority the best outcome among the steps, two_way counts contacts in which both sides
-- speak. Of a journey that begins when an earlier event of the same person and journey does, tied_event is its first
-- event, which tells it apart.

select
    int_journey_steps.instance_no,
    min(int_journey_steps.thread) / 1048576 as customer_no,
    min(int_journey_steps.thread) % 1048576 as journey_no,
    min(int_journey_steps.at) as started_at,
    max(int_journey_steps.at) as ended_at,
    min(case when int_kind_journeys.role_no = 3 then int_journey_steps.at end) as completed_at,
    max(case when int_journey_steps.is_tied = 1 then int_journey_steps.event_no end) as tied_event_no,
    max(case when int_journey_steps.is_tied = 1 then int_journey_steps.event_id end) as tied_event_id,
    count(*) as touchpoints,
    sum(case when int_kind_journeys.event_no = 1 then 1 else 0 end) as contacts,
    sum(int_kind_journeys.is_two_way) as two_way,
    sum(int_kind_journeys.is_automatic) as automatic,
    max(int_journey_steps.step_no) as steps,
    bit_or(int_kind_journeys.channel_bit) as channel_set,
    sum(
        case
            when int_journey_steps.is_step = 1 and int_journey_steps.step_no <= 4
                then int_kind_journeys.touchpoint_no << (15 * (int_journey_steps.step_no - 1))
            else 0
        end
    ) as path_1,
    sum(
        case
            when int_journey_steps.is_step = 1 and int_journey_steps.step_no between 5 and 8
                then int_kind_journeys.touchpoint_no << (15 * (int_journey_steps.step_no - 5))
            else 0
        end
    ) as path_2,
    sum(
        case
            when int_journey_steps.is_step = 1 and int_journey_steps.step_no between 9 and 10
                then int_kind_journeys.touchpoint_no << (15 * (int_journey_steps.step_no - 9))
            -- And whether the path goes on after the tenth step.
            when int_journey_steps.is_step = 1 and int_journey_steps.step_no = 11 then cast(1 as bigint) << 30
            else 0
        end
    ) as path_3,
    min(int_kind_journeys.outcome_priority) as outcome_priority
from int_journey_steps
inner join int_kind_journeys
    on
        int_journey_steps.kind_no = int_kind_journeys.kind_no
        and int_journey_steps.thread % 1048576 = int_kind_journeys.journey_no
group by int_journey_steps.instance_no

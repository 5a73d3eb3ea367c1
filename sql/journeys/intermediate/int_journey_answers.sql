-- Grain: one row per survey answer and journey that it is a score of.
-- The scores of journeys. An answer belongs to the journeys that it is a step of; else to those of the contact it is
-- about; else to those of the order or return that it names, the one whose journey it names if both are in journeys.
-- is_first on the first of them by name.

with members as (

    select
        int_journey_steps.event,
        int_journey_steps.event_id,
        int_journey_steps.occurred_at,
        int_journey_steps.customer_no,
        int_journey_steps.journey,
        int_journey_steps.journey_number,
        int_journey_steps.journey_started_at,
        int_journey_steps.journey_first_event,
        true as is_first
    from int_journey_steps
    where int_journey_steps.journey is not null

    union all

    select
        int_journey_others.event,
        int_journey_others.event_id,
        int_journey_others.occurred_at,
        int_journey_others.customer_no,
        int_journey_others.journey,
        int_journey_others.journey_number,
        int_journey_others.journey_started_at,
        int_journey_others.journey_first_event,
        false as is_first
    from int_journey_others

),

linked as (

    select
        int_answer_links.response_id,
        int_answer_links.place,
        coalesce(members.journey = int_answer_links.named_journey, false) as is_named,
        members.event,
        members.event_id,
        members.customer_no,
        members.journey,
        members.journey_number,
        members.journey_started_at,
        members.journey_first_event,
        members.is_first
    from members
    inner join int_answer_links
        on
            members.event = int_answer_links.event
            and members.event_id = int_answer_links.event_id
            and coalesce(members.occurred_at = int_answer_links.occurred_at, true)

),

chosen as (

    select
        linked.response_id,
        first_value(linked.event order by linked.place, linked.is_named desc, linked.event) as event
    from linked
    group by linked.response_id

)

select
    linked.response_id,
    linked.event as linked_to,
    linked.customer_no,
    linked.journey_number,
    journey_id(
        int_persons.customer_key,
        linked.journey,
        linked.journey_started_at,
        linked.journey_first_event
    ) as journey_id,
    linked.journey,
    linked.is_first,
    int_survey_answers.respondent_no,
    int_survey_answers.nps,
    int_survey_answers.csat,
    int_survey_answers.ces
from linked
inner join chosen
    on
        linked.response_id = chosen.response_id
        and linked.event = chosen.event
inner join int_survey_answers
    on linked.response_id = int_survey_answers.response_id
inner join int_persons
    on linked.customer_no = int_persons.customer_no

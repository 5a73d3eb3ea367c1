-- Grain: one row per contact, order, return and survey answer.
-- Every event in which a customer and the company met, with the journey it is part of. An event that is part of several
-- journeys names the first by name in journey_id and the rest in other_journey_ids; a survey answer that is itself no
-- part of a journey names that of the contact it is about. Events of nobody known are here, and in no journey.

with members as (

    select
        int_journey_steps.event_no,
        int_journey_steps.event_id,
        int_journey_steps.thread / 1048576 as customer_no,
        int_journey_steps.at,
        int_journey_steps.kind_no,
        int_journey_steps.minutes_e2,
        int_journey_steps.instance_no,
        int_kind_journeys.journey_count
    from int_journey_steps
    inner join int_kind_journeys
        on
            int_journey_steps.kind_no = int_kind_journeys.kind_no
            and int_journey_steps.thread % 1048576 = int_kind_journeys.journey_no
    where int_kind_journeys.journey_rank = 1

),

kinds_with_journey as (

    select int_kind_journeys.kind_no
    from int_kind_journeys
    where int_kind_journeys.journey_rank = 1

),

others as (

    select
        int_events.event_no,
        int_events.event_id,
        int_events.customer_no,
        int_events.at,
        int_events.kind_no,
        int_events.minutes_e2
    from int_events
    left join kinds_with_journey
        on int_events.kind_no = kinds_with_journey.kind_no
    where
        int_events.customer_no = 0
        or kinds_with_journey.kind_no is null

),

answered as (

    select
        int_journey_answers.response_id,
        int_journey_answers.instance_no
    from int_journey_answers
    where int_journey_answers.journey_rank = 1

),

events as (

    select
        members.event_no,
        members.event_id,
        members.customer_no,
        members.at,
        members.kind_no,
        members.minutes_e2,
        members.instance_no,
        members.journey_count
    from members

    union all

    select
        others.event_no,
        others.event_id,
        others.customer_no,
        others.at,
        others.kind_no,
        others.minutes_e2,
        answered.instance_no,
        0 as journey_count
    from others
    left join answered
        on
            others.event_no = 4
            and others.event_id = answered.response_id

),

further as (

    select
        int_journey_steps.event_no,
        int_journey_steps.event_id,
        string_agg(
            concat(
                int_persons.customer_key, ' ', int_journey_rules.journey, ' ',
                cast(
                    arrow_cast(int_journey_instances.started_at, 'Timestamp(Microsecond, Some("UTC"))') as varchar
                ),
                case
                    when int_journey_instances.tied_event_id is not null
                        then concat(' ', int_journey_instances.tied_event_no, '-', int_journey_instances.tied_event_id)
                    else ''
                end
            ),
            ', ' order by int_journey_rules.journey
        ) as other_journey_ids
    from int_journey_steps
    inner join int_kind_journeys
        on
            int_journey_steps.kind_no = int_kind_journeys.kind_no
            and int_journey_steps.thread % 1048576 = int_kind_journeys.journey_no
    inner join int_journey_instances
        on int_journey_steps.instance_no = int_journey_instances.instance_no
    inner join int_journey_rules
        on int_journey_instances.journey_no = int_journey_rules.journey_no
    inner join int_persons
        on int_journey_instances.customer_no = int_persons.customer_no
    where int_kind_journeys.journey_rank > 1
    group by
        int_journey_steps.event_no,
        int_journey_steps.event_id

),

scores as (

    select
        4 as event_no,
        int_survey_answers.response_id as event_id,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers

    union all

    -- Of several answers about one contact, the latest.
    select
        1 as event_no,
        int_survey_contacts.interaction_id as event_id,
        first_value(
            int_survey_answers.nps
            order by int_survey_answers.responded_at desc, int_survey_answers.response_id desc
        ) as nps,
        first_value(
            int_survey_answers.csat
            order by int_survey_answers.responded_at desc, int_survey_answers.response_id desc
        ) as csat,
        first_value(
            int_survey_answers.ces
            order by int_survey_answers.responded_at desc, int_survey_answers.response_id desc
        ) as ces
    from int_survey_contacts
    inner join int_survey_answers
        on int_survey_contacts.response_id = int_survey_answers.response_id
    group by int_survey_contacts.interaction_id

)

select
    int_event_kinds.event,
    events.event_id,
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    arrow_cast(events.at, 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    int_event_kinds.touchpoint,
    nullif(int_event_kinds.channel, 'unknown') as channel,
    nullif(int_event_kinds.store_id, 'unknown') as store_id,
    case when int_event_kinds.event = 'contact' then int_event_kinds.is_two_way = 1 end as is_two_way,
    case when int_event_kinds.event = 'contact' then int_event_kinds.is_automatic = 1 end as is_automatic,
    cast(cast(events.minutes_e2 as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(12, 2)) as minutes,
    int_journey_rules.journey,
    case
        when int_journey_instances.instance_no is not null
            then concat(
                int_persons.customer_key, ' ', int_journey_rules.journey, ' ',
                cast(arrow_cast(int_journey_instances.started_at, 'Timestamp(Microsecond, Some("UTC"))') as varchar),
                case
                    when int_journey_instances.tied_event_id is not null
                        then concat(' ', int_journey_instances.tied_event_no, '-', int_journey_instances.tied_event_id)
                    else ''
                end
            )
    end as journey_id,
    events.journey_count,
    further.other_journey_ids,
    scores.nps,
    scores.csat,
    scores.ces
from events
inner join int_event_kinds
    on events.kind_no = int_event_kinds.kind_no
left join int_persons
    on events.customer_no = int_persons.customer_no
left join int_journey_instances
    on events.instance_no = int_journey_instances.instance_no
left join int_journey_rules
    on int_journey_instances.journey_no = int_journey_rules.journey_no
left join further
    on
        events.event_no = further.event_no
        and events.event_id = further.event_id
left join scores
    on
        events.event_no = scores.event_no
        and events.event_id = scores.event_id

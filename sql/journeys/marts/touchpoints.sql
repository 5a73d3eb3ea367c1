-- Grain: one row per contact, order, return and survey answer.
-- Every event in which a customer and the company met, with the journey it is part of. An event that is part of several
-- journeys names the first by name in journey_id and the rest in other_journey_ids; a survey answer that is itself no
-- part of a journey names that of the contact it is about. Events of nobody known are here, and in no journey.
-- Every event has a kind. The join is a left one all the same: of an inner join with a small table the planner expects
-- few rows, and would hash the events at the joins that follow.

with firsts as (

    -- The first event of a journey tells when it began, and, where need be, which event that was.
    select
        int_journey_steps.event_no,
        int_journey_steps.event_id,
        int_journey_steps.thread / 1048576 as customer_no,
        int_journey_steps.at,
        int_journey_steps.kind_no,
        int_journey_steps.minutes_e2,
        int_journey_steps.instance_no,
        int_journey_steps.journey_rank,
        int_journey_steps.journey_count,
        int_journey_steps.thread % 1048576 as journey_no,
        case
            when int_journey_steps.is_tied = 1
                then concat(' ', int_journey_steps.event_no, '-', int_journey_steps.event_id)
        end as tied_event
    from int_journey_steps
    where int_journey_steps.is_new = 1

),

kinds_with_journey as (

    select int_kind_journeys.kind_no
    from int_kind_journeys
    where int_kind_journeys.journey_rank = 1

),

answered as (

    select
        int_journey_answers.response_id,
        int_journey_answers.instance_no
    from int_journey_answers
    where int_journey_answers.journey_rank = 1

),

later as (

    select
        int_journey_steps.event_no,
        int_journey_steps.event_id,
        int_journey_steps.thread / 1048576 as customer_no,
        int_journey_steps.at,
        int_journey_steps.kind_no,
        int_journey_steps.minutes_e2,
        int_journey_steps.instance_no,
        int_journey_steps.journey_count
    from int_journey_steps
    where
        int_journey_steps.is_new = 0
        and int_journey_steps.journey_rank = 1

    union all

    select
        int_events.event_no,
        int_events.event_id,
        int_events.customer_no,
        int_events.at,
        int_events.kind_no,
        int_events.minutes_e2,
        answered.instance_no,
        0 as journey_count
    from int_events
    left join kinds_with_journey
        on int_events.kind_no = kinds_with_journey.kind_no
    left join answered
        on
            int_events.event_no = 4
            and int_events.event_id = answered.response_id
    where
        int_events.customer_no = 0
        or kinds_with_journey.kind_no is null

),

events as (

    select
        firsts.event_no,
        firsts.event_id,
        firsts.customer_no,
        firsts.at,
        firsts.kind_no,
        firsts.minutes_e2,
        firsts.journey_count,
        firsts.journey_no,
        firsts.at as started_at,
        firsts.tied_event
    from firsts
    where firsts.journey_rank = 1

    union all

    select
        later.event_no,
        later.event_id,
        later.customer_no,
        later.at,
        later.kind_no,
        later.minutes_e2,
        later.journey_count,
        firsts.journey_no,
        firsts.at as started_at,
        firsts.tied_event
    from later
    left join firsts
        on later.instance_no = firsts.instance_no

),

further as (

    select
        int_journey_steps.event_no,
        int_journey_steps.event_id,
        string_agg(
            concat(
                int_persons.customer_key, ' ', int_journey_rules.journey, ' ',
                cast(arrow_cast(firsts.at, 'Timestamp(Microsecond, Some("UTC"))') as varchar),
                firsts.tied_event
            ),
            ', ' order by int_journey_rules.journey
        ) as other_journey_ids
    from int_journey_steps
    inner join firsts
        on int_journey_steps.instance_no = firsts.instance_no
    inner join int_journey_rules
        on firsts.journey_no = int_journey_rules.journey_no
    inner join int_persons
        on firsts.customer_no = int_persons.customer_no
    where int_journey_steps.journey_rank > 1
    group by
        int_journey_steps.event_no,
        int_journey_steps.event_id

),

scores as (

    select
        cast(4 as integer) as event_no,
        int_survey_answers.response_id as event_id,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers

    union all

    -- Of several answers about one contact, the latest.
    select
        cast(1 as integer) as event_no,
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
        when events.journey_no is not null
            then concat(
                int_persons.customer_key, ' ', int_journey_rules.journey, ' ',
                cast(arrow_cast(events.started_at, 'Timestamp(Microsecond, Some("UTC"))') as varchar),
                events.tied_event
            )
    end as journey_id,
    events.journey_count,
    further.other_journey_ids,
    scores.nps,
    scores.csat,
    scores.ces
from events
left join int_event_kinds
    on events.kind_no = int_event_kinds.kind_no
left join int_persons
    on events.customer_no = int_persons.customer_no
left join int_journey_rules
    on events.journey_no = int_journey_rules.journey_no
left join further
    on
        events.event_no = further.event_no
        and events.event_id = further.event_id
left join scores
    on
        events.event_no = scores.event_no
        and events.event_id = scores.event_id

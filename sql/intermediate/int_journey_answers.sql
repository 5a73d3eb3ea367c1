-- Grain: one row per touchpoint answer and journey that the contact it is about is part of.
-- The scores of journeys. int_survey_contacts ties an answer to its contact. is_first on the contact's first journey.

with contacts as (

    select
        int_survey_contacts.response_id,
        int_journey_steps.customer_no,
        int_journey_steps.journey,
        int_journey_steps.journey_number,
        int_journey_steps.journey_started_at,
        int_journey_steps.journey_first_event,
        int_journey_steps.other_journeys
    from int_survey_contacts
    inner join int_journey_steps
        on int_survey_contacts.interaction_id = int_journey_steps.event_id
    where
        int_journey_steps.event = 'contact'
        and int_journey_steps.journey is not null

),

others as (

    select
        contacts.response_id,
        contacts.customer_no,
        unnest(contacts.other_journeys) as journey
    from contacts

),

journeys as (

    select
        contacts.response_id,
        contacts.customer_no,
        contacts.journey,
        contacts.journey_number,
        contacts.journey_started_at as started_at,
        contacts.journey_first_event as first_event,
        true as is_first
    from contacts

    union all

    select
        others.response_id,
        others.customer_no,
        others.journey['journey'] as journey,
        others.journey['journey_number'] as journey_number,
        others.journey['started_at'] as started_at,
        others.journey['first_event'] as first_event,
        false as is_first
    from others

)

select
    journeys.response_id,
    journeys.customer_no,
    journeys.journey_number,
    journeys.journey,
    journey_id(int_persons.customer_key, journeys.journey, journeys.started_at, journeys.first_event) as journey_id,
    journeys.is_first,
    int_survey_answers.nps,
    int_survey_answers.csat,
    int_survey_answers.ces
from journeys
inner join int_survey_answers
    on journeys.response_id = int_survey_answers.response_id
inner join int_persons
    on journeys.customer_no = int_persons.customer_no

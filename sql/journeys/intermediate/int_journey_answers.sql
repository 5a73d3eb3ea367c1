-- Grain: one row per touchpoint answer and journey that the contact it is about is part of.
-- The scores of journeys. int_survey_contacts ties an answer to its contact. is_first on the contact's first journey.

with contacts as (

    select
        int_journey_steps.event_id as interaction_id,
        int_journey_steps.customer_no,
        int_journey_steps.journey,
        int_journey_steps.journey_number,
        int_journey_steps.journey_started_at,
        int_journey_steps.journey_first_event,
        true as is_first
    from int_journey_steps
    where
        int_journey_steps.event = 'contact'
        and int_journey_steps.journey is not null

    union all

    select
        int_journey_others.event_id as interaction_id,
        int_journey_others.customer_no,
        int_journey_others.journey,
        int_journey_others.journey_number,
        int_journey_others.journey_started_at,
        int_journey_others.journey_first_event,
        false as is_first
    from int_journey_others
    where int_journey_others.event = 'contact'

)

select
    int_survey_contacts.response_id,
    contacts.customer_no,
    contacts.journey_number,
    journey_id(
        int_persons.customer_key,
        contacts.journey,
        contacts.journey_started_at,
        contacts.journey_first_event
    ) as journey_id,
    contacts.journey,
    contacts.is_first,
    int_survey_answers.nps,
    int_survey_answers.csat,
    int_survey_answers.ces
from contacts
inner join int_survey_contacts
    on contacts.interaction_id = int_survey_contacts.interaction_id
inner join int_survey_answers
    on int_survey_contacts.response_id = int_survey_answers.response_id
inner join int_persons
    on contacts.customer_no = int_persons.customer_no

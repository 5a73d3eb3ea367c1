-- Grain: one row per touchpoint answer and journey that the contact it is about is part of.
-- The scores of journeys. int_survey_contacts ties an answer to its contact; journey_rank is 1 for the contact's first
-- journey.

select
    int_journey_steps.instance_no,
    int_kind_journeys.journey_rank,
    int_survey_answers.response_id,
    int_survey_answers.nps,
    int_survey_answers.csat,
    int_survey_answers.ces
from int_survey_contacts
inner join int_survey_answers
    on int_survey_contacts.response_id = int_survey_answers.response_id
inner join int_journey_steps
    on
        int_survey_contacts.interaction_id = int_journey_steps.event_id
        and int_journey_steps.event_no = 1
inner join int_kind_journeys
    on
        int_journey_steps.kind_no = int_kind_journeys.kind_no
        and int_journey_steps.thread % 1048576 = int_kind_journeys.journey_no

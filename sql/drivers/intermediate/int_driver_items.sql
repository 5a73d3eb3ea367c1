-- Grain: one row per journey and one per touchpoint seen in a contact or an answer.
-- The possible drivers of loyalty besides trust and emotion. A touchpoint belongs to the first by name of its
-- journeys; one never seen under a journey belongs to 'unknown'.

with seen as (

    select
        int_contacts.journey,
        int_contacts.touchpoint
    from int_contacts
    group by
        int_contacts.journey,
        int_contacts.touchpoint

    union all

    select
        int_survey_answers.journey,
        int_survey_answers.touchpoint
    from int_survey_answers
    where int_survey_answers.survey_type = 'touchpoint'
    group by
        int_survey_answers.journey,
        int_survey_answers.touchpoint

),

touchpoints as (

    select
        seen.touchpoint as item,
        coalesce(min(seen.journey), 'unknown') as journey
    from seen
    where seen.touchpoint is not null
    group by seen.touchpoint

),

journeys as (

    -- Keeps a journey whose touchpoints all belong to another one, although it has no answers of its own.
    select seen.journey as item
    from seen
    where seen.journey is not null
    group by seen.journey

)

select
    'journey' as level,
    journeys.item,
    journeys.item as journey
from journeys

union all

select
    'touchpoint' as level,
    touchpoints.item,
    touchpoints.journey
from touchpoints

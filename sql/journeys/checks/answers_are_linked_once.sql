-- Returns the survey types whose answers are not in answer_links exactly once, or whose answers in journeys differ from
-- the survey events with a journey in touchpoints.

with given as (

    select
        stg_surveys.survey_type,
        count(*) as answers
    from stg_surveys
    left join int_erased_answers
        on cast(stg_surveys.response_id as varchar) = int_erased_answers.response_id
    where int_erased_answers.response_id is null
    group by stg_surveys.survey_type

),

linked as (

    select
        answer_links.survey_type,
        sum(answer_links.answers) as answers,
        sum(answer_links.answers_in_journeys) as answers_in_journeys
    from answer_links
    group by answer_links.survey_type

),

placed as (

    select
        stg_surveys.survey_type,
        count(touchpoints.journey_id) as answers_in_journeys
    from stg_surveys
    inner join touchpoints
        on
            stg_surveys.response_id = touchpoints.event_id
            and touchpoints.event = 'survey'
    group by stg_surveys.survey_type

)

select
    given.survey_type,
    given.answers,
    linked.answers as linked_answers,
    placed.answers_in_journeys,
    linked.answers_in_journeys as linked_answers_in_journeys
from given
left join linked
    on given.survey_type = linked.survey_type
left join placed
    on given.survey_type = placed.survey_type
where
    linked.answers is null
    or linked.answers <> given.answers
    or linked.answers_in_journeys <> coalesce(placed.answers_in_journeys, 0)

-- Grain: one row per touchpoint answer with a score.
-- Each answer on a scale of 0 to 100, kept as whole thirds of a point so that sums are exact: csat if answered, else
-- ces, else nps. A touchpoint belongs to the first by name of its journeys, as in int_driver_items. Unidentified
-- answers (customer_no null) count for performance, not for drivers.

with answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        int_survey_answers.respondent_no,
        int_survey_answers.responded_at,
        local_date(int_survey_answers.responded_at, $time_zone) as responded_date,
        int_survey_answers.journey,
        int_survey_answers.touchpoint,
        coalesce(
            75 * (int_survey_answers.csat - 1),
            50 * (int_survey_answers.ces - 1),
            30 * int_survey_answers.nps
        ) as score_e3
    from int_survey_answers
    where int_survey_answers.survey_type = 'touchpoint'

),

touchpoint_journeys as (

    select
        int_driver_items.item as touchpoint,
        int_driver_items.journey
    from int_driver_items
    where int_driver_items.level = 'touchpoint'

)

select
    answers.response_id,
    answers.customer_no,
    answers.respondent_no,
    answers.responded_at,
    answers.responded_date,
    coalesce(touchpoint_journeys.journey, answers.journey) as journey,
    answers.touchpoint,
    answers.score_e3
from answers
left join touchpoint_journeys
    on answers.touchpoint = touchpoint_journeys.touchpoint
where answers.score_e3 is not null

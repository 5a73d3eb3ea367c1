-- Suppression of small cells rests on each touchpoint being part of one journey: returns the touchpoints
-- that are surveyed under several.

select
    int_survey_answers.touchpoint,
    count(distinct int_survey_answers.journey) as journeys
from int_survey_answers
where
    int_survey_answers.survey_type = 'touchpoint'
    and int_survey_answers.touchpoint is not null
group by int_survey_answers.touchpoint
having count(distinct int_survey_answers.journey) > 1

-- Returns the questions of the lookup survey_questions that no survey has.

select
    survey_questions.survey_type,
    survey_questions.question
from survey_questions
where
    survey_questions.survey_type is null
    or survey_questions.survey_type not in ('relationship', 'touchpoint')
    or survey_questions.question is null
    or survey_questions.question not in (
        'nps', 'csat', 'ces', 'satisfaction', 'expectation', 'ideal', 'trust', 'emotion'
    )

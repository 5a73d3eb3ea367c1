-- Grain: one row per survey answer.
-- Whether the answer is complete: it has every question in the lookup survey_questions for its survey type, except
-- those without any answer in the survey type, which were not asked.

with answered as (

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'nps' as question
    from int_survey_answers
    where int_survey_answers.nps is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'csat' as question
    from int_survey_answers
    where int_survey_answers.csat is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'ces' as question
    from int_survey_answers
    where int_survey_answers.ces is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'satisfaction' as question
    from int_survey_answers
    where int_survey_answers.satisfaction is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'expectation' as question
    from int_survey_answers
    where int_survey_answers.expectation is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'ideal' as question
    from int_survey_answers
    where int_survey_answers.ideal is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'trust' as question
    from int_survey_answers
    where int_survey_answers.trust is not null

    union all

    select
        int_survey_answers.response_id,
        int_survey_answers.survey_type,
        'emotion' as question
    from int_survey_answers
    where int_survey_answers.emotion is not null

),

named as (

    select
        answered.response_id,
        answered.survey_type,
        answered.question
    from answered
    inner join survey_questions
        on
            answered.survey_type = survey_questions.survey_type
            and answered.question = survey_questions.question

),

asked as (

    select
        named.survey_type,
        count(distinct named.question) as questions
    from named
    group by named.survey_type

),

counts as (

    select
        named.response_id,
        count(*) as questions
    from named
    group by named.response_id

)

select
    int_survey_answers.response_id,
    int_survey_answers.customer_no,
    int_survey_answers.survey_type,
    cast(int_survey_answers.responded_at as bigint) as at,
    coalesce(counts.questions = asked.questions, false) as is_complete,
    coalesce(counts.questions < asked.questions, false) as is_partial
from int_survey_answers
left join counts
    on int_survey_answers.response_id = counts.response_id
left join asked
    on int_survey_answers.survey_type = asked.survey_type

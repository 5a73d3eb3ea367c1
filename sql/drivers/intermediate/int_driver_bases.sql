-- Grain: one row per kind of target and person with a usable answer.
-- The answer as of which drivers are computed, one per person so that rows are independent: the latest relationship
-- answer with an nps (kind nps), with a satisfaction index (satisfaction_index), and for what customers do (done) the
-- latest answer of any kind at least 365 days before as_of, so that the following year is known.

with answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        int_survey_answers.responded_at,
        local_date(int_survey_answers.responded_at, $time_zone) as responded_date,
        int_survey_answers.survey_type,
        int_survey_answers.nps,
        cast(int_index_points.points as double) * 100 / int_index_points.full_points as satisfaction_index
    from int_survey_answers
    left join int_index_points
        on
            int_survey_answers.response_id = int_index_points.response_id
            and int_index_points.index = 'satisfaction_index'
    where int_survey_answers.customer_no is not null

),

kinds as (

    select
        'nps' as kind,
        answers.response_id,
        answers.customer_no,
        answers.responded_at,
        answers.responded_date,
        cast(answers.nps as double) as said
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.nps is not null

    union all

    select
        'satisfaction_index' as kind,
        answers.response_id,
        answers.customer_no,
        answers.responded_at,
        answers.responded_date,
        answers.satisfaction_index as said
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.satisfaction_index is not null

    union all

    select
        'done' as kind,
        answers.response_id,
        answers.customer_no,
        answers.responded_at,
        answers.responded_date,
        cast(null as double) as said
    from answers
    where cast($as_of as int) - cast(answers.responded_date as int) >= 365

)

select
    kinds.kind,
    kinds.customer_no,
    first_value(kinds.response_id order by kinds.responded_at desc, kinds.response_id desc) as response_id,
    first_value(kinds.responded_at order by kinds.responded_at desc, kinds.response_id desc) as responded_at,
    first_value(kinds.responded_date order by kinds.responded_at desc, kinds.response_id desc) as responded_date,
    first_value(kinds.said order by kinds.responded_at desc, kinds.response_id desc) as said
from kinds
group by
    kinds.kind,
    kinds.customer_no

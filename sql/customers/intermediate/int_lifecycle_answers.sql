-- Grain: one row per person and instant with a relationship answer to the recommendation question.
-- The person's NPS group then, and when the next such answer came. Of several answers at one instant the highest
-- response_id counts.

with answers as (

    select
        int_survey_answers.customer_no,
        cast(int_survey_answers.responded_at as bigint) as at,
        first_value(int_survey_answers.nps order by int_survey_answers.response_id desc) as nps
    from int_survey_answers
    where
        int_survey_answers.customer_no is not null
        and int_survey_answers.survey_type = 'relationship'
        and int_survey_answers.nps is not null
    group by
        int_survey_answers.customer_no,
        cast(int_survey_answers.responded_at as bigint)

)

select
    answers.customer_no,
    answers.at,
    answers.nps,
    nps_group(answers.nps) as nps_group,
    lead(answers.at) over (partition by answers.customer_no order by answers.at) as next_at,
    lead(answers.at) over (partition by answers.customer_no order by answers.at) is null as is_latest
from answers

-- Grain: one row per month, survey type and what ties its answers to a journey.
-- Whether the scores of journeys hold the answers that were given: how many answers are tied to what, how many of them
-- count in a journey, and how many are tied to nothing.

with ties as (

    select
        int_answer_links.response_id,
        first_value(int_answer_links.event order by int_answer_links.place, int_answer_links.event) as event
    from int_answer_links
    where int_answer_links.place > 1
    group by int_answer_links.response_id

),

answers as (

    select
        int_survey_answers.month,
        int_survey_answers.survey_type,
        case
            when int_journey_answers.linked_to = 'survey' then 'step of a journey'
            when int_journey_answers.linked_to is not null then int_journey_answers.linked_to
            when ties.event is not null then ties.event
            when int_survey_answers.order_id is not null then 'unmatched order'
            else 'nothing'
        end as linked_to,
        int_journey_answers.linked_to is not null as is_in_journey
    from int_survey_answers
    left join int_journey_answers
        on
            int_survey_answers.response_id = int_journey_answers.response_id
            and int_journey_answers.is_first
    left join ties
        on int_survey_answers.response_id = ties.response_id

)

select
    answers.month,
    answers.survey_type,
    answers.linked_to,
    count(*) as answers,
    sum(case when answers.is_in_journey then 1 else 0 end) as answers_in_journeys,
    cast(answers.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from answers
group by
    answers.month,
    answers.survey_type,
    answers.linked_to

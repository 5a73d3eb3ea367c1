-- Returns the months in which most answers of touchpoint surveys, and at least $suppression_limit, count in no journey:
-- their touchpoints, customers or orders may be written otherwise than in the other extracts.

with months as (

    select
        answer_links.month,
        sum(answer_links.answers) as answers,
        sum(answer_links.answers_in_journeys) as answers_in_journeys
    from answer_links
    where answer_links.survey_type = 'touchpoint'
    group by answer_links.month

)

select
    months.month,
    months.answers,
    months.answers_in_journeys
from months
where
    months.answers >= $suppression_limit
    and 2 * months.answers_in_journeys < months.answers

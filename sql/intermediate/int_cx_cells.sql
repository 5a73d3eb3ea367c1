-- Grain: one row per month, level and item with an answer.
-- All scores of a cell at once: relationship answers under item 'all'; touchpoint answers by journey, by
-- touchpoint (with the journey it is part of) and by channel where it is known.

with scores as (

    select
        int_survey_answers.month,
        'relationship' as level,
        'all' as item,
        'all' as parent,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers
    where int_survey_answers.survey_type = 'relationship'

    union all

    select
        int_survey_answers.month,
        'journey' as level,
        int_survey_answers.journey as item,
        'all' as parent,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'touchpoint'
        and int_survey_answers.journey is not null

    union all

    select
        int_survey_answers.month,
        'touchpoint' as level,
        int_survey_answers.touchpoint as item,
        coalesce(int_survey_answers.journey, 'unknown') as parent,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'touchpoint'
        and int_survey_answers.touchpoint is not null

    union all

    select
        int_survey_answers.month,
        'channel' as level,
        int_survey_contacts.channel as item,
        'all' as parent,
        int_survey_answers.nps,
        int_survey_answers.csat,
        int_survey_answers.ces
    from int_survey_answers
    inner join int_survey_contacts
        on int_survey_answers.response_id = int_survey_contacts.response_id
    where int_survey_contacts.channel is not null

)

select
    scores.month,
    scores.level,
    scores.item,
    min(scores.parent) as parent,
    count(scores.nps) as nps_responses,
    nps(scores.nps) as nps,
    nps_ci_low(scores.nps) as nps_ci_low,
    nps_ci_high(scores.nps) as nps_ci_high,
    count(scores.csat) as csat_responses,
    csat(scores.csat) as csat,
    csat_ci_low(scores.csat) as csat_ci_low,
    csat_ci_high(scores.csat) as csat_ci_high,
    count(scores.ces) as ces_responses,
    ces(scores.ces) as ces,
    ces_ci_low(scores.ces) as ces_ci_low,
    ces_ci_high(scores.ces) as ces_ci_high
from scores
group by
    scores.month,
    scores.level,
    scores.item

-- Grain: one row per quarter and journey (all: everyone) with a relationship answer.
-- The top-down measure: the relationship nps of everyone and of those with a contact in the journey in the
-- $driver_window_days up to the answer.

with answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        int_survey_answers.respondent_no,
        int_survey_answers.responded_at,
        local_date(int_survey_answers.responded_at, $time_zone) as responded_date,
        int_survey_answers.nps
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'relationship'
        and int_survey_answers.nps is not null

),

touchpoint_journeys as (

    select
        int_driver_items.item as touchpoint,
        int_driver_items.journey
    from int_driver_items
    where int_driver_items.level = 'touchpoint'

),

contacts as (

    select
        int_contacts.customer_no,
        int_contacts.occurred_at,
        int_contacts.occurred_date,
        coalesce(touchpoint_journeys.journey, int_contacts.journey) as journey
    from int_contacts
    left join touchpoint_journeys
        on int_contacts.touchpoint = touchpoint_journeys.touchpoint
    where int_contacts.customer_no <> 0

),

experienced as (

    select
        answers.response_id,
        answers.respondent_no,
        answers.responded_date,
        answers.nps,
        int_driver_items.item as journey
    from contacts
    inner join answers
        on contacts.customer_no = answers.customer_no
    inner join int_driver_items
        on
            contacts.journey = int_driver_items.item
            and int_driver_items.level = 'journey'
    where
        contacts.occurred_at <= answers.responded_at
        and cast(answers.responded_date as int) - cast(contacts.occurred_date as int) < $driver_window_days
    group by
        answers.response_id,
        answers.respondent_no,
        answers.responded_date,
        answers.nps,
        int_driver_items.item

),

respondents as (

    select
        answers.respondent_no,
        answers.responded_date,
        'all' as journey,
        answers.nps
    from answers

    union all

    select
        experienced.respondent_no,
        experienced.responded_date,
        experienced.journey,
        experienced.nps
    from experienced

)

select
    cast(date_trunc('quarter', respondents.responded_date) as date) as quarter,
    respondents.journey,
    count(*) as responses,
    count(distinct respondents.respondent_no) as persons,
    count(case when nps_group(respondents.nps) = 'promoter' then 1 end) as promoters,
    count(case when nps_group(respondents.nps) = 'detractor' then 1 end) as detractors,
    nps(respondents.nps) as nps,
    nps_ci_low(respondents.nps) as nps_ci_low,
    nps_ci_high(respondents.nps) as nps_ci_high
from respondents
group by
    cast(date_trunc('quarter', respondents.responded_date) as date),
    respondents.journey

-- Grain: one row per quarter and journey (all: whatever they experienced) with a relationship answer.
-- What is measured top-down: the relationship nps, of everybody and of those with a contact in the journey in the
-- $driver_window_days up to the answer. The journeys of an answer are bits of a few integers (60 journeys each).

with answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        int_survey_answers.responded_at,
        local_date(int_survey_answers.responded_at, $time_zone) as responded_date,
        int_survey_answers.nps
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'relationship'
        and int_survey_answers.nps is not null

),

journey_numbers as (

    select
        int_driver_items.item as journey,
        int_driver_items.item_no
    from int_driver_items
    where int_driver_items.level = 'journey'

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
        answers.responded_date,
        answers.nps,
        journey_numbers.item_no / 60 as bucket,
        bit_or(cast(1 as bigint) << (journey_numbers.item_no % 60)) as mask
    from contacts
    inner join answers
        on contacts.customer_no = answers.customer_no
    inner join journey_numbers
        on contacts.journey = journey_numbers.journey
    where
        contacts.occurred_at <= answers.responded_at
        and cast(answers.responded_date as int) - cast(contacts.occurred_date as int) < $driver_window_days
    group by
        answers.response_id,
        answers.responded_date,
        answers.nps,
        journey_numbers.item_no / 60

),

respondents as (

    select
        answers.responded_date,
        'all' as journey,
        answers.nps
    from answers

    union all

    select
        experienced.responded_date,
        journey_numbers.journey,
        experienced.nps
    from experienced
    inner join journey_numbers
        on experienced.bucket = journey_numbers.item_no / 60
    where (experienced.mask >> (journey_numbers.item_no % 60)) % 2 = 1

)

select
    cast(date_trunc('quarter', respondents.responded_date) as date) as quarter,
    respondents.journey,
    count(*) as responses,
    count(case when respondents.nps >= 9 then 1 end) as promoters,
    count(case when respondents.nps <= 6 then 1 end) as detractors,
    nps(respondents.nps) as nps,
    nps_ci_low(respondents.nps) as nps_ci_low,
    nps_ci_high(respondents.nps) as nps_ci_high
from respondents
group by
    cast(date_trunc('quarter', respondents.responded_date) as date),
    respondents.journey

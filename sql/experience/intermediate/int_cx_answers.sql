-- Grain: one row per survey answer.
-- The dimensions of answers: journey, touchpoint, channel and store of the contact, and what the respondent was before:
-- the value segment at the earlier valuation, for answers since then, and the lifecycle stage just before the answer
-- (an answer can itself make an advocate). Unknown values are 'unknown', so that the items of a level add up.

with touchpoints as (

    -- A touchpoint surveyed under several journeys belongs to the first by name.
    select
        int_survey_answers.touchpoint,
        coalesce(min(int_survey_answers.journey), 'unknown') as journey
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'touchpoint'
        and int_survey_answers.touchpoint is not null
    group by int_survey_answers.touchpoint

),

stages as (

    select
        int_survey_answers.response_id,
        int_customer_stages.stage
    from int_survey_answers
    inner join int_customer_stages
        on int_survey_answers.customer_no = int_customer_stages.customer_no
    where
        int_survey_answers.survey_type = 'relationship'
        and int_customer_stages.entered_at < cast(int_survey_answers.responded_at as bigint)
        and (
            int_customer_stages.left_at is null
            or cast(int_survey_answers.responded_at as bigint) <= int_customer_stages.left_at
        )

),

earlier_date as (

    select cast(end_of_day(int_valuation_dates.valuation_date, $time_zone) as bigint) as ended_at
    from int_valuation_dates
    where not int_valuation_dates.is_current

)

select
    int_survey_answers.response_id,
    int_survey_answers.customer_no,
    int_survey_answers.respondent_no,
    cast(
        12 * date_part('year', int_survey_answers.month) + date_part('month', int_survey_answers.month) - 1 as bigint
    ) as month_no,
    int_survey_answers.survey_type,
    coalesce(int_survey_answers.journey, touchpoints.journey, 'unknown') as journey,
    coalesce(
        int_survey_answers.touchpoint, concat('unknown in ', coalesce(int_survey_answers.journey, 'unknown'))
    ) as touchpoint,
    coalesce(touchpoints.journey, int_survey_answers.journey, 'unknown') as touchpoint_journey,
    coalesce(int_survey_contacts.channel, 'unknown') as channel,
    case
        when int_survey_contacts.channel = 'store' then coalesce(int_survey_contacts.store_id, 'unknown')
        else int_survey_contacts.store_id
    end as store_id,
    case
        when
            int_survey_answers.customer_no is null
            or cast(int_survey_answers.responded_at as bigint) < earlier_date.ended_at
            then 'unknown'
        else coalesce(int_segment_moves.from_segment, 'unknown')
    end as segment,
    coalesce(stages.stage, 'unknown') as stage,
    int_survey_answers.nps,
    int_survey_answers.csat,
    int_survey_answers.ces
from int_survey_answers
cross join earlier_date
left join touchpoints
    on int_survey_answers.touchpoint = touchpoints.touchpoint
left join int_survey_contacts
    on int_survey_answers.response_id = int_survey_contacts.response_id
left join int_segment_moves
    on int_survey_answers.customer_no = int_segment_moves.customer_no
left join stages
    on int_survey_answers.response_id = stages.response_id

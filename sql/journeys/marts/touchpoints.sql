-- Grain: one row per contact, order, return and survey answer.
-- Every event in which a customer and the company met, with the journey it is part of. An event that is part of several
-- journeys names the first by name in journey_id and the rest in other_journey_ids; a survey answer that is not itself
-- part of a journey names that of the contact, order or return it is about. Events of unidentified customers are here,
-- and in no journey. Returns of one transaction_id on several days share their event_id, so occurred_at is part of the
-- key.

with further as (

    select
        int_journey_others.event,
        int_journey_others.event_id,
        int_journey_others.occurred_at,
        string_agg(
            journey_id(
                int_persons.customer_key,
                int_journey_others.journey,
                int_journey_others.journey_started_at,
                int_journey_others.journey_first_event
            ),
            ', ' order by int_journey_others.journey
        ) as other_journey_ids
    from int_journey_others
    inner join int_persons
        on int_journey_others.customer_no = int_persons.customer_no
    group by
        int_journey_others.event,
        int_journey_others.event_id,
        int_journey_others.occurred_at

),

scores as (

    select
        'survey' as event,
        int_survey_answers.response_id as event_id,
        cast(null as timestamp with time zone) as occurred_at,
        int_survey_answers.nps as nps_sum,
        int_survey_answers.csat as csat_sum,
        int_survey_answers.ces as ces_sum,
        1 as nps_responses,
        1 as csat_responses,
        1 as ces_responses,
        int_journey_answers.journey,
        int_journey_answers.journey_id
    from int_survey_answers
    left join int_journey_answers
        on
            int_survey_answers.response_id = int_journey_answers.response_id
            and int_journey_answers.is_first

    union all

    -- What the answers about a contact, order or return say of it.
    select
        int_answer_links.event,
        int_answer_links.event_id,
        int_answer_links.occurred_at,
        sum(int_survey_answers.nps) as nps_sum,
        sum(int_survey_answers.csat) as csat_sum,
        sum(int_survey_answers.ces) as ces_sum,
        count(int_survey_answers.nps) as nps_responses,
        count(int_survey_answers.csat) as csat_responses,
        count(int_survey_answers.ces) as ces_responses,
        null as journey,
        null as journey_id
    from int_answer_links
    inner join int_survey_answers
        on int_answer_links.response_id = int_survey_answers.response_id
    where int_answer_links.event <> 'survey'
    group by
        int_answer_links.event,
        int_answer_links.event_id,
        int_answer_links.occurred_at

)

select
    int_journey_steps.event,
    int_journey_steps.event_id,
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    int_journey_steps.occurred_at,
    local_date(int_journey_steps.occurred_at, $time_zone) as occurred_date,
    int_journey_steps.touchpoint,
    nullif(int_journey_steps.channel, 'unknown') as channel,
    nullif(int_journey_steps.store_id, 'unknown') as store_id,
    case int_journey_steps.is_own when 1 then 'customer' when 0 then 'company' end as direction,
    case when int_journey_steps.event = 'contact' then int_journey_steps.is_two_way = 1 end as is_two_way,
    case when int_journey_steps.event = 'contact' then int_journey_steps.is_automatic = 1 end as is_automatic,
    cast(
        cast(int_journey_steps.minutes_e2 as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(12, 2)
    ) as minutes,
    coalesce(int_journey_steps.journey, scores.journey) as journey,
    coalesce(
        journey_id(
            int_persons.customer_key,
            int_journey_steps.journey,
            int_journey_steps.journey_started_at,
            int_journey_steps.journey_first_event
        ),
        scores.journey_id
    ) as journey_id,
    coalesce(int_journey_steps.journey_count, 0) as journey_count,
    further.other_journey_ids,
    cast(cast(scores.nps_sum as decimal(12, 2)) / scores.nps_responses as decimal(5, 2)) as nps_score_mean,
    cast(cast(scores.csat_sum as decimal(12, 2)) / scores.csat_responses as decimal(5, 2)) as csat_score_mean,
    cast(cast(scores.ces_sum as decimal(12, 2)) / scores.ces_responses as decimal(5, 2)) as ces_score_mean
from int_journey_steps
left join int_persons
    on int_journey_steps.customer_no = int_persons.customer_no
left join further
    on
        int_journey_steps.event = further.event
        and int_journey_steps.event_id = further.event_id
        and int_journey_steps.occurred_at = further.occurred_at
left join scores
    on
        int_journey_steps.event = scores.event
        and int_journey_steps.event_id = scores.event_id
        and coalesce(int_journey_steps.occurred_at = scores.occurred_at, true)

-- Grain: one row per survey answer.
-- Answers with their person, as the pipeline's `identity` block finds it: by customer_id if the CRM has it, otherwise
-- by an e-mail address that leads to one person. An unidentified answer keeps
-- customer_no null and still counts in the experience figures. respondent_no is the person who answered, for counting
-- persons: customer_no, or below zero for the unidentified, whose answers with one e-mail address (or customer_id) are
-- one person's; an answer without either is one person of its own. Answers of erased persons are left out.

with answerers as (

    select
        resolved_identities.source_id,
        int_persons.customer_no
    from resolved_identities
    inner join int_persons
        on resolved_identities.customer_key = int_persons.customer_key
    where resolved_identities.source = 'surveys'

),

strangers as (

    select
        coalesce(stg_surveys.email_key, stg_surveys.customer_id) as name,
        min(stg_surveys.response_id) as first_response_id
    from stg_surveys
    left join answerers
        on cast(stg_surveys.response_id as varchar) = answerers.source_id
    left join int_erased_answers
        on cast(stg_surveys.response_id as varchar) = int_erased_answers.response_id
    where
        answerers.customer_no is null
        and int_erased_answers.response_id is null
        and coalesce(stg_surveys.email_key, stg_surveys.customer_id) is not null
    group by coalesce(stg_surveys.email_key, stg_surveys.customer_id)

)

select
    stg_surveys.response_id,
    answerers.customer_no,
    coalesce(
        answerers.customer_no,
        -1 - strangers.first_response_id,
        -1 - stg_surveys.response_id
    ) as respondent_no,
    stg_surveys.responded_at,
    local_month(stg_surveys.responded_at, $time_zone) as month,
    stg_surveys.survey_type,
    stg_surveys.journey,
    stg_surveys.touchpoint,
    stg_surveys.order_id,
    stg_surveys.nps,
    stg_surveys.csat,
    stg_surveys.ces,
    stg_surveys.satisfaction,
    stg_surveys.expectation,
    stg_surveys.ideal,
    stg_surveys.trust,
    stg_surveys.emotion
from stg_surveys
left join answerers
    on cast(stg_surveys.response_id as varchar) = answerers.source_id
left join strangers
    on coalesce(stg_surveys.email_key, stg_surveys.customer_id) = strangers.name
left join int_erased_answers
    on cast(stg_surveys.response_id as varchar) = int_erased_answers.response_id
where int_erased_answers.response_id is null

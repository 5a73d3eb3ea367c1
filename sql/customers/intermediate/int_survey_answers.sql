-- Grain: one row per survey answer.
-- Answers with their person: by customer_id if the CRM has it, otherwise by e-mail key. An unidentified answer keeps
-- customer_no null and still counts in the experience figures. respondent_no is the person who answered, for counting
-- persons: customer_no, or below zero for the unidentified, whose answers with one e-mail address (or customer_id) are
-- one person's; an answer without either is one person of its own.

with email_owners as (

    select
        stg_crm_customers.email_key,
        min(int_customer_records.customer_no) as customer_no
    from stg_crm_customers
    inner join int_customer_records
        on stg_crm_customers.customer_id = int_customer_records.customer_id
    where stg_crm_customers.email_key is not null
    group by stg_crm_customers.email_key

),

strangers as (

    select
        coalesce(stg_surveys.email_key, stg_surveys.customer_id) as name,
        min(stg_surveys.response_id) as first_response_id
    from stg_surveys
    left join int_customer_records
        on stg_surveys.customer_id = int_customer_records.customer_id
    left join email_owners
        on stg_surveys.email_key = email_owners.email_key
    where
        int_customer_records.customer_no is null
        and email_owners.customer_no is null
        and coalesce(stg_surveys.email_key, stg_surveys.customer_id) is not null
    group by coalesce(stg_surveys.email_key, stg_surveys.customer_id)

)

select
    stg_surveys.response_id,
    coalesce(int_customer_records.customer_no, email_owners.customer_no) as customer_no,
    coalesce(
        int_customer_records.customer_no,
        email_owners.customer_no,
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
left join int_customer_records
    on stg_surveys.customer_id = int_customer_records.customer_id
left join email_owners
    on stg_surveys.email_key = email_owners.email_key
left join strangers
    on coalesce(stg_surveys.email_key, stg_surveys.customer_id) = strangers.name

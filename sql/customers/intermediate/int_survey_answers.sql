-- Grain: one row per survey answer.
-- Answers with their person: by customer_id if the CRM has it, otherwise by e-mail key. An unidentified answer keeps
-- customer_no null and still counts in the experience figures.

with email_owners as (

    select
        stg_crm_customers.email_key,
        min(int_customer_records.customer_no) as customer_no
    from stg_crm_customers
    inner join int_customer_records
        on stg_crm_customers.customer_id = int_customer_records.customer_id
    where stg_crm_customers.email_key is not null
    group by stg_crm_customers.email_key

)

select
    stg_surveys.response_id,
    coalesce(int_customer_records.customer_no, email_owners.customer_no) as customer_no,
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

-- Grain: one row per survey response; person_no is null where it is unmatched.
-- Purpose: responses with their person: by customer_id if it is known, else by e-mail key.
-- A key belongs to one person only: records that share it are one person.
with email_persons as (
    select
        stg_customers.email_key,
        min(int_customer_persons.person_no) as person_no
    from stg_customers
    inner join int_customer_persons
        on stg_customers.customer_id = int_customer_persons.customer_id
    where stg_customers.email_key is not null
    group by stg_customers.email_key
)

select
    stg_surveys.response_id,
    coalesce(int_customer_persons.person_no, email_persons.person_no) as person_no,
    stg_surveys.responded_at,
    stg_surveys.month,
    stg_surveys.survey_type,
    stg_surveys.journey,
    stg_surveys.touchpoint,
    stg_surveys.nps,
    stg_surveys.csat,
    stg_surveys.ces,
    stg_surveys.comment is not null as has_comment
from stg_surveys
left join int_customer_persons
    on stg_surveys.customer_id = int_customer_persons.customer_id
left join email_persons
    on stg_surveys.email_key = email_persons.email_key

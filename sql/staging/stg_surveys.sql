-- Grain: one row per survey answer.
-- The survey extract, with the same e-mail key as the CRM records.

select
    surveys.response_id,
    surveys.email,
    email_address(surveys.email) as email_key,
    surveys.customer_id,
    surveys.responded_at,
    surveys.survey_type,
    surveys.journey,
    surveys.touchpoint,
    surveys.order_id,
    surveys.nps,
    surveys.csat,
    surveys.ces,
    surveys.satisfaction,
    surveys.expectation,
    surveys.ideal,
    surveys.trust,
    surveys.emotion
from surveys

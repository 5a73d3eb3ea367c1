-- Grain: one row per survey response.
-- Purpose: the e-mail key, by which responses without a known customer find their person, and the month.
select
    surveys.response_id,
    nullif(lower(trim(surveys.email)), '') as email_key,
    surveys.customer_id,
    surveys.responded_at,
    cast(date_trunc('month', local_timestamp(surveys.responded_at, $time_zone)) as date) as month,
    surveys.survey_type,
    surveys.journey,
    surveys.touchpoint,
    surveys.nps,
    surveys.csat,
    surveys.ces,
    surveys.comment
from surveys

-- Grain: one row per invitation to a survey.
-- Invitations numbered in time order, with the invited person (null: unidentified).

select
    cast(
        row_number() over (
            order by
                stg_survey_invitations.sent_at,
                stg_survey_invitations.survey_type,
                stg_survey_invitations.customer_id,
                stg_survey_invitations.channel
        ) as bigint
    ) as invitation_no,
    int_customer_records.customer_no,
    stg_survey_invitations.survey_type,
    cast(stg_survey_invitations.sent_at as bigint) as sent_at,
    local_month(stg_survey_invitations.sent_at, $time_zone) as month,
    coalesce(stg_survey_invitations.channel, 'unknown') as channel
from stg_survey_invitations
left join int_customer_records
    on stg_survey_invitations.customer_id = int_customer_records.customer_id

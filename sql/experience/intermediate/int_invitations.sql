-- Grain: one row per invitation to a survey.
-- Invitations numbered in time order, with the invited person (null: unidentified). respondent_no as in
-- int_survey_answers: unidentified invitations of one customer_id are one person's. Those of erased persons are
-- left out.

with numbered as (

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
        stg_survey_invitations.customer_id,
        stg_survey_invitations.survey_type,
        stg_survey_invitations.sent_at,
        stg_survey_invitations.channel
    from stg_survey_invitations
    left join int_customer_records
        on stg_survey_invitations.customer_id = int_customer_records.customer_id
    left join int_erased_customers
        on stg_survey_invitations.customer_id = int_erased_customers.customer_id
    where int_erased_customers.customer_id is null

)

select
    numbered.invitation_no,
    numbered.customer_no,
    case
        when numbered.customer_no is not null then numbered.customer_no
        when numbered.customer_id is null then -1 - numbered.invitation_no
        else -1 - min(numbered.invitation_no) over (partition by numbered.customer_id)
    end as respondent_no,
    numbered.survey_type,
    cast(numbered.sent_at as bigint) as sent_at,
    local_month(numbered.sent_at, $time_zone) as month,
    coalesce(numbered.channel, 'unknown') as channel
from numbered

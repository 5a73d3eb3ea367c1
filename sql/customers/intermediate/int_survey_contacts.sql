-- Grain: one row per touchpoint answer whose contact was found.
-- Surveys have no channel or store: both come from the person's latest contact at the same touchpoint in the
-- $survey_contact_days before the answer.

with candidates as (

    select
        int_survey_answers.response_id,
        int_contacts.interaction_id,
        int_contacts.occurred_at,
        int_contacts.channel,
        int_contacts.store_id
    from int_survey_answers
    inner join int_contacts
        on
            int_survey_answers.customer_no = int_contacts.customer_no
            and int_survey_answers.touchpoint = int_contacts.touchpoint
    where
        int_survey_answers.survey_type = 'touchpoint'
        and int_contacts.occurred_at <= int_survey_answers.responded_at
        and cast(int_survey_answers.responded_at as bigint) - cast(int_contacts.occurred_at as bigint)
        <= $survey_contact_days * 86400000000

)

select
    candidates.response_id,
    first_value(candidates.interaction_id order by candidates.occurred_at desc, candidates.interaction_id desc)
        as interaction_id,
    first_value(candidates.channel order by candidates.occurred_at desc, candidates.interaction_id desc) as channel,
    first_value(candidates.store_id order by candidates.occurred_at desc, candidates.interaction_id desc) as store_id
from candidates
group by candidates.response_id

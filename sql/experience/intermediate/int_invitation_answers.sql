-- Grain: one row per survey answer to an invitation.
-- An answer belongs to the latest invitation of the same person and survey type sent before it, at most
-- $invitation_days earlier.

select
    int_answer_completeness.response_id,
    max(int_invitations.invitation_no) as invitation_no
from int_answer_completeness
inner join int_invitations
    on
        int_answer_completeness.customer_no = int_invitations.customer_no
        and int_answer_completeness.survey_type = int_invitations.survey_type
where
    int_answer_completeness.at > int_invitations.sent_at
    and int_answer_completeness.at - int_invitations.sent_at <= $invitation_days * 86400000000
group by int_answer_completeness.response_id

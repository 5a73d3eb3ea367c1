-- Grain: one row per invitation to a survey.
-- The invitation extract.

select
    survey_invitations.customer_id,
    survey_invitations.survey_type,
    survey_invitations.sent_at,
    survey_invitations.channel
from survey_invitations

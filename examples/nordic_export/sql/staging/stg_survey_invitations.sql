-- Grain: one row per invitation to a survey.
-- Invitations in the names and words of the models.

select
    survey_invitations.kundnr as customer_id,
    coalesce(typ.begrepp, survey_invitations.typ) as survey_type,
    survey_invitations.skickad as sent_at,
    coalesce(kanal.begrepp, survey_invitations.kanal) as channel
from survey_invitations
left join begrepp as typ
    on typ.grupp = 'enkät' and survey_invitations.typ = typ.ord
left join begrepp as kanal
    on kanal.grupp = 'kanal' and survey_invitations.kanal = kanal.ord

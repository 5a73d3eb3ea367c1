-- Grain: one row per survey answer.
-- Answers in the names and words of the models, with the same e-mail key as the customer register.

select
    surveys.svarsnr as response_id,
    surveys.epost as email,
    email_address(surveys.epost) as email_key,
    surveys.kundnr as customer_id,
    surveys.besvarad as responded_at,
    coalesce(typ.begrepp, surveys.typ) as survey_type,
    coalesce(resa.begrepp, surveys.resa) as journey,
    coalesce(kontaktpunkt.begrepp, surveys.kontaktpunkt) as touchpoint,
    surveys.nps,
    surveys.csat,
    surveys.ces,
    surveys.nojdhet as satisfaction,
    surveys.forvantan as expectation,
    surveys.ideal,
    surveys.tillit as trust,
    surveys.kansla as emotion
from surveys
left join begrepp as typ
    on typ.grupp = 'enkät' and surveys.typ = typ.ord
left join begrepp as resa
    on resa.grupp = 'resa' and surveys.resa = resa.ord
left join begrepp as kontaktpunkt
    on kontaktpunkt.grupp = 'kontaktpunkt' and surveys.kontaktpunkt = kontaktpunkt.ord

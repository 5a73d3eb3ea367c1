-- Grain: one row per contact between a customer and the company.
-- Contacts in the names and words of the models, minutes in hundredths. Contacts in a channel where both sides
-- speak count as two-way; an e-mail does when an employee handled it, and is automatic mail when none did.

with source as (

    select
        crm_interactions.arendenr as interaction_id,
        crm_interactions.kundnr as customer_id,
        crm_interactions.tidpunkt as occurred_at,
        coalesce(kanal.begrepp, crm_interactions.kanal) as channel,
        coalesce(resa.begrepp, crm_interactions.resa) as journey,
        coalesce(kontaktpunkt.begrepp, crm_interactions.kontaktpunkt) as touchpoint,
        crm_interactions.butik as store_id,
        crm_interactions.handlaggare as agent_id,
        crm_interactions.minuter as duration_minutes
    from crm_interactions
    left join begrepp as kanal
        on kanal.grupp = 'kanal' and crm_interactions.kanal = kanal.ord
    left join begrepp as resa
        on resa.grupp = 'resa' and crm_interactions.resa = resa.ord
    left join begrepp as kontaktpunkt
        on kontaktpunkt.grupp = 'kontaktpunkt' and crm_interactions.kontaktpunkt = kontaktpunkt.ord

)

select
    source.interaction_id,
    source.customer_id,
    source.occurred_at,
    source.channel,
    source.journey,
    source.touchpoint,
    source.store_id,
    case source.channel
        when 'phone' then 1
        when 'chat' then 1
        when 'email' then case when source.agent_id is null then 0 else 1 end
        when 'store' then 1
        else 0
    end as is_two_way,
    case when source.channel = 'email' and source.agent_id is null then 1 else 0 end as is_automatic,
    cast(coalesce(source.duration_minutes, 0) * 100 as bigint) as minutes_e2
from source

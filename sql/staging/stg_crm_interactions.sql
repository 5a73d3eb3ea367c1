-- Grain: one row per contact between a customer and the company.
-- The interaction extract, minutes in hundredths. Contacts in a channel where both sides speak are two-way; an e-mail
-- is two-way if an employee handled it, and automatic otherwise.

select
    crm_interactions.interaction_id,
    crm_interactions.customer_id,
    crm_interactions.occurred_at,
    crm_interactions.channel,
    crm_interactions.journey,
    crm_interactions.touchpoint,
    crm_interactions.store_id,
    case crm_interactions.channel
        when 'phone' then 1
        when 'chat' then 1
        when 'email' then case when crm_interactions.agent_id is null then 0 else 1 end
        when 'store' then 1
        else 0
    end as is_two_way,
    case when crm_interactions.channel = 'email' and crm_interactions.agent_id is null then 1 else 0 end
        as is_automatic,
    cast(coalesce(crm_interactions.duration_minutes, 0) * 100 as bigint) as minutes_e2
from crm_interactions

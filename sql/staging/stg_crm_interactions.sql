-- Grain: one row per contact between a customer and the company.
-- The interaction extract, minutes in hundredths. Contacts that an employee handled and contacts in a channel where
-- both sides speak are two-way. An e-mail that no employee handled is automatic.

select
    crm_interactions.interaction_id,
    crm_interactions.customer_id,
    crm_interactions.occurred_at,
    crm_interactions.channel,
    crm_interactions.journey,
    crm_interactions.touchpoint,
    crm_interactions.store_id,
    crm_interactions.direction,
    crm_interactions.agent_id is not null as has_agent,
    case
        when crm_interactions.agent_id is not null then 1
        when crm_interactions.channel in ('phone', 'chat', 'store') then 1
        else 0
    end as is_two_way,
    case when crm_interactions.channel = 'email' and crm_interactions.agent_id is null then 1 else 0 end
        as is_automatic,
    cast(coalesce(crm_interactions.duration_minutes, 0) * 100 as bigint) as minutes_e2
from crm_interactions

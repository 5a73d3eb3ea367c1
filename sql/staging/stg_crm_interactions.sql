-- Grain: one row per contact between a customer and the company.
-- The interaction extract; each contact is costed by minutes x the minute rate of its channel, rounded
-- half up to the minor unit. A channel without a rate has no cost (null), which is counted, not zero.
-- Contacts in a channel where both sides speak count as two-way; an e-mail does when an employee handled
-- it, and is automatic mail when none did.

select
    crm_interactions.interaction_id,
    crm_interactions.customer_id,
    crm_interactions.occurred_at,
    crm_interactions.channel,
    crm_interactions.journey,
    crm_interactions.touchpoint,
    case crm_interactions.channel
        when 'phone' then 1
        when 'chat' then 1
        when 'email' then case when crm_interactions.agent_id is null then 0 else 1 end
        when 'store' then 1
        else 0
    end as is_two_way,
    case when crm_interactions.channel = 'email' and crm_interactions.agent_id is null then 1 else 0 end as is_automatic,
    cast(
        cast(
            coalesce(crm_interactions.duration_minutes, 0)
            * case crm_interactions.channel
                when 'phone' then cast($service_minute_cost_phone as decimal(12, 4))
                when 'chat' then cast($service_minute_cost_chat as decimal(12, 4))
                when 'email' then cast($service_minute_cost_email as decimal(12, 4))
                when 'store' then cast($service_minute_cost_store as decimal(12, 4))
                when 'web' then cast($service_minute_cost_web as decimal(12, 4))
                when 'app' then cast($service_minute_cost_app as decimal(12, 4))
            end
            as decimal(18, 2)
        ) * 100
        as bigint
    ) as service_cost_minor
from crm_interactions

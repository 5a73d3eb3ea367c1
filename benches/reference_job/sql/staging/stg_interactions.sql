-- Grain: one row per interaction.
-- Purpose: its month, minutes as whole tenths, and what they cost in whole öre (a tenth of the rate per minute).
with interactions as (
    select
        crm_interactions.customer_id,
        cast(
            date_trunc('month', local_timestamp(crm_interactions.occurred_at, $time_zone)) as date
        ) as month,
        crm_interactions.channel,
        crm_interactions.journey,
        crm_interactions.touchpoint,
        coalesce(cast(crm_interactions.duration_minutes * 10 as bigint), 0) as tenths_of_minutes
    from crm_interactions
)

select
    interactions.customer_id,
    interactions.month,
    interactions.channel,
    interactions.journey,
    interactions.touchpoint,
    interactions.tenths_of_minutes,
    interactions.tenths_of_minutes * case interactions.channel
        when 'phone' then 65
        when 'chat' then 48
        when 'email' then 30
        when 'store' then 55
        else 0
    end as cost_ore
from interactions

-- Grain: one row per hit and channel that can reach the person.
-- The trigger's channels that may be used for the person, the preferred one first: those in the lookup
-- activation_channels whose address is known and whose consent, if required, is given.

with usable as (

    select
        int_activation_hits.trigger,
        int_activation_hits.customer_no,
        trigger_channels.channel,
        trigger_channels.preference
    from int_activation_hits
    inner join trigger_channels
        on int_activation_hits.trigger = trigger_channels.trigger
    inner join activation_channels
        on trigger_channels.channel = activation_channels.channel
    where
        case activation_channels.needs
            when 'email' then int_activation_hits.has_email
            when 'phone' then int_activation_hits.has_phone
            else true
        end
        and (int_activation_hits.marketing_consent or not activation_channels.needs_consent)

)

select
    usable.trigger,
    usable.customer_no,
    cast(string_agg(usable.channel, ',' order by usable.preference) as varchar) as allowed_channels
from usable
group by
    usable.trigger,
    usable.customer_no

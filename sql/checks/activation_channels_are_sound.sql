-- Returns the channels of triggers that the lookup activation_channels does not have, and the channels there that need
-- something unknown.

select
    trigger_channels.trigger,
    trigger_channels.channel,
    'no such channel in activation_channels' as fault
from trigger_channels
where
    not exists (
        select activation_channels.channel
        from activation_channels
        where activation_channels.channel = trigger_channels.channel
    )

union all

select
    'any' as trigger,
    activation_channels.channel,
    concat('needs ', activation_channels.needs, ': write email, phone or none') as fault
from activation_channels
where activation_channels.needs not in ('email', 'phone', 'none')

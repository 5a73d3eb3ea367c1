-- Returns the channels of triggers that the lookup activation_channels does not have, and the channels there that need
-- something unknown.

select
    trigger_channels.trigger,
    trigger_channels.channel,
    'no such channel in activation_channels' as fault
from trigger_channels
left anti join activation_channels
    on trigger_channels.channel = activation_channels.channel

union all

select
    'any' as trigger,
    activation_channels.channel,
    concat('needs ', activation_channels.needs, ': write email, phone or none') as fault
from activation_channels
where activation_channels.needs not in ('email', 'phone', 'none')

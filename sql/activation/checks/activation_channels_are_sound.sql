-- Returns the trigger channels that are missing from the lookup activation_channels, and the channels there with an
-- unknown need.

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

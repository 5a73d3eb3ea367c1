select
    t.trigger,
    t.channel,
    cast(t.preference as bigint) as preference
from (
    values ('call', 'phone', 1), ('call', 'email', 2), ('offer', 'sms', 1), ('offer', 'email', 2)
) as t (trigger, channel, preference)

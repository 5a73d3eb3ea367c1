select
    t.level,
    t.item,
    t.journey,
    cast(t.item_no as bigint) as item_no
from (
    values
    -- The second integer of bits begins at 60
    ('journey', 'delivery', 'delivery', 59), ('journey', 'support', 'support', 60),
    ('touchpoint', 'call', 'support', 0),
    ('touchpoint', 'chat', 'support', 61),
    ('touchpoint', 'parcel', 'delivery', 119)
) as t (level, item, journey, item_no)

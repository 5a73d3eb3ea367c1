select
    t.level,
    t.item,
    t.journey,
    t.segment,
    cast(t.responses as bigint) as responses,
    cast(case when t.journey = 'billing' and t.segment = 'low' then 4 else t.responses end as bigint) as persons
from (
    values
    -- A journey with one small segment hides the next smallest, and the touchpoints of both
    ('journey', 'support', 'support', 'all', 40), ('journey', 'support', 'support', 'high', 20),
    ('journey', 'support', 'support', 'medium', 16), ('journey', 'support', 'support', 'low', 4),
    ('touchpoint', 'call', 'support', 'all', 25), ('touchpoint', 'call', 'support', 'high', 12),
    ('touchpoint', 'call', 'support', 'medium', 10), ('touchpoint', 'call', 'support', 'low', 3),
    ('touchpoint', 'chat', 'support', 'all', 15), ('touchpoint', 'chat', 'support', 'high', 8),
    ('touchpoint', 'chat', 'support', 'medium', 6), ('touchpoint', 'chat', 'support', 'low', 1),
    -- A small touchpoint hides the next smallest of its journey, and both in every segment with an answer
    ('journey', 'delivery', 'delivery', 'all', 30), ('journey', 'delivery', 'delivery', 'high', 18),
    ('journey', 'delivery', 'delivery', 'medium', 12), ('journey', 'delivery', 'delivery', 'low', 0),
    ('touchpoint', 'parcel', 'delivery', 'all', 26), ('touchpoint', 'parcel', 'delivery', 'high', 15),
    ('touchpoint', 'parcel', 'delivery', 'medium', 11), ('touchpoint', 'parcel', 'delivery', 'low', 0),
    ('touchpoint', 'pickup', 'delivery', 'all', 4), ('touchpoint', 'pickup', 'delivery', 'high', 3),
    ('touchpoint', 'pickup', 'delivery', 'medium', 1), ('touchpoint', 'pickup', 'delivery', 'low', 0),
    -- Touchpoints that are too small in one segment hide only those of the next smallest segment
    ('journey', 'web', 'web', 'all', 40), ('journey', 'web', 'web', 'high', 20),
    ('journey', 'web', 'web', 'medium', 15), ('journey', 'web', 'web', 'low', 5),
    ('touchpoint', 'page', 'web', 'all', 20), ('touchpoint', 'page', 'web', 'high', 10),
    ('touchpoint', 'page', 'web', 'medium', 8), ('touchpoint', 'page', 'web', 'low', 2),
    ('touchpoint', 'search', 'web', 'all', 20), ('touchpoint', 'search', 'web', 'high', 10),
    ('touchpoint', 'search', 'web', 'medium', 7), ('touchpoint', 'search', 'web', 'low', 3),
    -- Nine answers of four persons
    ('journey', 'billing', 'billing', 'all', 39), ('journey', 'billing', 'billing', 'high', 20),
    ('journey', 'billing', 'billing', 'medium', 10), ('journey', 'billing', 'billing', 'low', 9),
    ('touchpoint', 'invoice', 'billing', 'all', 39), ('touchpoint', 'invoice', 'billing', 'high', 20),
    ('touchpoint', 'invoice', 'billing', 'medium', 10), ('touchpoint', 'invoice', 'billing', 'low', 9)
) as t (level, item, journey, segment, responses)

select
    t.family,
    t.level,
    t.item,
    'all' as segment,
    t.parent_level,
    t.parent_item,
    'csat' as metric,
    cast(12 * 2025 + 4 as bigint) as month_no,
    cast(null as bigint) as previous_month_no,
    cast(t.responses as bigint) as responses,
    cast(t.responses as bigint) as persons,
    cast(27720 * t.responses as bigint) as person_parts_of_quarter,
    cast(27720 * t.responses as bigint) as person_parts_of_half,
    cast(27720 * t.responses as bigint) as person_parts_of_year,
    cast(t.responses / 2 as bigint) as sum_1,
    cast(0 as bigint) as sum_2
from (
    values
    ('all_touchpoints', 'all_touchpoints', 'all', 'none', 'none', 42),
    -- One journey is too small: the next smallest hides it
    ('journeys', 'journey', 'support', 'all_touchpoints', 'all', 3),
    ('journeys', 'journey', 'returns', 'all_touchpoints', 'all', 10),
    ('journeys', 'journey', 'purchase', 'all_touchpoints', 'all', 29),
    -- That journey's touchpoints would give it away
    ('touchpoints of returns', 'touchpoint', 'parcel', 'journey', 'returns', 4),
    ('touchpoints of returns', 'touchpoint', 'refund', 'journey', 'returns', 6),
    -- Of two too small, neither can be derived
    ('touchpoints of support', 'touchpoint', 'call', 'journey', 'support', 1),
    ('touchpoints of support', 'touchpoint', 'chat', 'journey', 'support', 2),
    -- Nothing is too small
    ('touchpoints of purchase', 'touchpoint', 'checkout', 'journey', 'purchase', 10),
    ('touchpoints of purchase', 'touchpoint', 'search', 'journey', 'purchase', 19),
    -- Equal sizes: the first by name
    ('channels', 'channel', 'store', 'all_touchpoints', 'all', 4),
    ('channels', 'channel', 'phone', 'all_touchpoints', 'all', 19),
    ('channels', 'channel', 'email', 'all_touchpoints', 'all', 19)
) as t (family, level, item, parent_level, parent_item, responses)

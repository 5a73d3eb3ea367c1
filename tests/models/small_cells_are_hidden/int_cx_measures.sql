select
    date '2025-05-01' as month,
    t.level,
    t.item,
    t.parent,
    'csat' as metric,
    cast(t.responses as bigint) as responses,
    0.5 as value,
    0.4 as ci_low,
    0.6 as ci_high,
    'share of 4-5; Wilson' as method,
    t.responses < $suppression_limit as is_too_small
from (
    values
    -- One journey is too small: the next smallest hides it
    ('journey', 'support', 'all', 3), ('journey', 'returns', 'all', 9), ('journey', 'purchase', 'all', 30),
    -- That journey's touchpoints would give it away: its smallest is hidden
    ('touchpoint', 'parcel', 'returns', 5), ('touchpoint', 'refund', 'returns', 6),
    -- Of two too small, neither can be derived
    ('touchpoint', 'call', 'support', 1), ('touchpoint', 'chat', 'support', 2),
    -- Nothing is too small
    ('touchpoint', 'checkout', 'purchase', 10), ('touchpoint', 'search', 'purchase', 20),
    -- Equal sizes: the first by name
    ('channel', 'store', 'all', 4), ('channel', 'phone', 'all', 6), ('channel', 'email', 'all', 6)
) as t (level, item, parent, responses)

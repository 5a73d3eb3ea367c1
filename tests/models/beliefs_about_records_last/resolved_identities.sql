select
    'crm' as source,
    t.source_id,
    t.customer_key,
    t.matched_by,
    cast(null as double) as score,
    cast(t.known_from as date) as known_from,
    t.is_first
from (
    values
    ('a', 'ka', 'email', '2020-01-01', true),
    ('b', 'ka', 'email', '2021-01-01', false),
    ('c', 'kc', 'none', '2020-06-01', true),
    ('d', 'kd', 'phone', null, true),
    ('g', 'kg', 'none', '2021-01-01', true),
    ('h', 'kh', 'none', '2021-01-01', true),
    ('j', 'kj', 'none', '2021-01-01', true),
    ('k', 'kk', 'none', '2021-01-01', true),
    ('m', 'km', 'none', null, true),
    ('z', 'unidentified', 'none', null, false)
) as t (source_id, customer_key, matched_by, known_from, is_first)

-- a is unchanged; b merged into a; c has another first day; d is linked by another rule; e has gone, and f went
-- before; g went and is back; h is of a person whose first record i has gone; j and k changed on this day and later,
-- in runs that count no more; l has gone, its person merged; m came from a snapshot without history.
select
    'crm' as source,
    t.source_id,
    t.customer_key,
    t.matched_by,
    cast(null as double) as score,
    cast(t.valid_from as date) as valid_from,
    cast(t.valid_to as date) as valid_to,
    cast(t.known_from as date) as known_from,
    cast(t.known_to as date) as known_to,
    t.is_first
from (
    values
    ('a', 'ka', 'email', '2020-01-01', null, '2025-12-01', null, true),
    ('b', 'kb', 'none', '2021-01-01', null, '2025-12-01', null, true),
    ('l', 'kb', 'email', '2022-01-01', '2025-12-10', '2025-12-10', null, false),
    ('l', 'kb', 'email', '2022-01-01', null, '2025-12-01', '2025-12-10', false),
    ('c', 'kc', 'none', '2021-01-01', null, '2025-12-01', null, true),
    ('d', 'kd', 'none', null, null, '2025-12-01', null, true),
    ('e', 'ke', 'none', '2021-01-01', null, '2025-12-01', null, true),
    ('f', 'kf', 'none', '2021-01-01', '2025-12-05', '2025-12-05', null, true),
    ('f', 'kf', 'none', '2021-01-01', null, '2025-12-01', '2025-12-05', true),
    ('g', 'kg', 'none', '2021-01-01', '2025-12-05', '2025-12-05', null, true),
    ('i', 'ki', 'email', '2019-01-01', null, '2025-12-01', null, true),
    ('h', 'ki', 'email', '2021-01-01', null, '2025-12-01', null, false),
    ('j', 'kj', 'none', '2021-01-01', null, '2025-12-01', '2025-12-31', true),
    ('j', 'kx', 'phone', '2021-01-01', null, '2025-12-31', null, false),
    ('k', 'kk', 'none', '2021-01-01', null, '2025-12-01', '2026-01-02', true),
    ('k', 'kx', 'phone', '2021-01-01', null, '2026-01-02', null, false),
    ('m', 'km', 'none', null, null, null, null, null)
) as t (source_id, customer_key, matched_by, valid_from, valid_to, known_from, known_to, is_first)

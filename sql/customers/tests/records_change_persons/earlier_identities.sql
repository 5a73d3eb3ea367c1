select
    'crm_customers' as source,
    source_id,
    customer_key,
    cast(null as date) as known_to,
    case when source_id = 'l' then date '2025-12-30' end as valid_to
from (
    values ('a', 'k1'), ('b', 'k2'), ('c', 'k3'), ('d', 'k3'), ('e', 'k4'), ('f', 'k5'), ('g', 'k6'), ('h', 'k7'),
    ('j', 'unidentified'), ('k', 'k5'), ('l', 'k11')
) as earlier (source_id, customer_key)
union all
-- What is no longer believed.
select
    'crm_customers' as source,
    'f' as source_id,
    'k0' as customer_key,
    date '2025-12-30' as known_to,
    null as valid_to

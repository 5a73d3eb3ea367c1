-- a and b are two persons; c and d are one; e moved with all its records; h is no longer delivered; j was nobody's.
select 'crm_customers' as source, source_id, customer_key
from (
    values ('a', 'k1'), ('b', 'k2'), ('c', 'k3'), ('d', 'k3'), ('e', 'k4'), ('f', 'k5'), ('g', 'k6'), ('h', 'k7'),
    ('j', 'unidentified'), ('k', 'k5')
) as earlier (source_id, customer_key)

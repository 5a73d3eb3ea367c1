-- a and b have become one person, c and d two; e has a different key; f and g are unchanged; i is new; j found its
-- person, k lost it; l is delivered again.
select 'crm_customers' as source, source_id, customer_key
from (
    values ('a', 'k1'), ('b', 'k1'), ('c', 'k3'), ('d', 'k8'), ('e', 'k9'), ('f', 'k5'), ('g', 'k6'), ('i', 'k10'),
    ('j', 'k5'), ('k', 'unidentified'), ('l', 'k12')
) as identities (source_id, customer_key)

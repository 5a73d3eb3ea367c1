-- An earlier run on the same day found changes of b (before it changed again), d (back to its old key) and f. The
-- change of a is older. The change of g is from a later day, so it is not known on this day.
select
    'crm_customers' as source,
    source_id,
    old_customer_key,
    new_customer_key,
    reason,
    cast(changed_as_of as date) as changed_as_of
from (
    values
    ('a', 'k0', 'k1', 'renamed', '2025-11-30'),
    ('b', 'k20', 'k2', 'split', '2025-12-31'),
    ('d', 'k8', 'k3', 'merged', '2025-12-31'),
    ('f', 'k50', 'k5', 'renamed', '2025-12-31'),
    ('g', 'k60', 'k6', 'renamed', '2026-01-01')
) as changes (source_id, old_customer_key, new_customer_key, reason, changed_as_of)

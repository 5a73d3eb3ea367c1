-- Grain: one row per source and source_id of an erased person's record.
-- An id of a request that no record has today is that of a CRM record that is no longer delivered.

select
    coalesce(resolved_erasures.source, 'crm_customers') as source,
    resolved_erasures.source_id
from resolved_erasures
group by
    coalesce(resolved_erasures.source, 'crm_customers'),
    resolved_erasures.source_id

-- Grain: one row per value of a source record that is not valid, for example an e-mail address. Restricted: it has the
-- value as written.

select
    resolved_rejects.source,
    resolved_rejects.source_id,
    resolved_rejects.key,
    resolved_rejects.value,
    resolved_rejects.reason
from resolved_rejects

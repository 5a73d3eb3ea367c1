-- Grain: one row per e-mail address or phone number of a source record that is not a valid one. Restricted: it has the
-- value as written.

select
    int_identity_rejects.source,
    int_identity_rejects.source_id,
    int_identity_rejects.key,
    int_identity_rejects.value,
    int_identity_rejects.reason
from int_identity_rejects

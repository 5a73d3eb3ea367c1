-- Grain: one row per decision about two source records.
-- Decisions of analysts about who is one person. They win over every rule of the pipeline's `identity` block. A run of
-- the newest day takes all of them, one of a day that --as-of names those up to the end of that day: the step that
-- resolves persons leaves the others out, and names them.

select
    identity_overrides.source,
    identity_overrides.source_id,
    identity_overrides.other_source,
    identity_overrides.other_source_id,
    identity_overrides.decision,
    identity_overrides.decided_by,
    identity_overrides.decided_at,
    identity_overrides.reason
from identity_overrides

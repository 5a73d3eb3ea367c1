-- Grain: one row per decision about two source records.
-- Decisions of analysts about who is one person. They win over every rule of the pipeline's `identity` block, from the
-- day on which they were made.

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
where identity_overrides.decided_at is null or identity_overrides.decided_at <= $as_of_end

-- Grain: one row per pair of source records that a rule, or a decision, made one person or could not make one.
-- Why records are one person: the linked rows of a person are a tree over its records. Restricted: it has the value.

select
    resolved_links.source,
    resolved_links.source_id,
    resolved_links.other_source,
    resolved_links.other_source_id,
    resolved_links.rule,
    resolved_links.value,
    resolved_links.score,
    resolved_links.status,
    resolved_links.reason
from resolved_links

-- Grain: one row per case that somebody should look at: values that too many share, records that contradict each other,
-- answers that may be several persons', and decisions that could not be applied. Restricted: it has the value.

select
    resolved_review.review_id,
    resolved_review.kind,
    resolved_review.rule,
    resolved_review.value,
    resolved_review.records,
    resolved_review.names,
    resolved_review.source,
    resolved_review.source_id,
    resolved_review.other_source,
    resolved_review.other_source_id,
    resolved_review.score,
    resolved_review.reason,
    resolved_review.proposal
from resolved_review

-- Grain: one row per person and known attribute of the golden record.
-- Where each value that counts comes from, and by which rule it was taken. Restricted: it leads to the records.

select
    resolved_golden_origins.customer_key,
    resolved_golden_origins.attribute,
    resolved_golden_origins.source,
    resolved_golden_origins.source_id,
    resolved_golden_origins.since as value_from,
    resolved_golden_origins.take as rule,
    resolved_golden_origins.candidates - 1 as other_values
from resolved_golden_origins

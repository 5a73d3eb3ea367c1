-- Grain: one row per match rule, and one for the decisions of analysts. Counts only: what each rule linked, stopped and
-- left open.

select
    resolved_rules.position,
    resolved_rules.rule,
    resolved_rules.values,
    resolved_rules.records_linked,
    resolved_rules.records_attached,
    resolved_rules.values_stopped,
    resolved_rules.records_stopped,
    resolved_rules.conflicts,
    resolved_rules.ambiguous
from resolved_rules

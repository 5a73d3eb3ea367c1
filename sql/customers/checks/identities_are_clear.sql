-- Returns the match rules with values that too many records share, records that contradict each other, or answers that
-- may be several persons'. identity_review lists the cases.

select
    identity_rules.rule,
    identity_rules.values_stopped,
    identity_rules.records_stopped,
    identity_rules.conflicts,
    identity_rules.ambiguous
from identity_rules
where
    identity_rules.values_stopped > 0
    or identity_rules.conflicts > 0
    or identity_rules.ambiguous > 0
order by identity_rules.position

-- Returns the trigger outcomes that are missing from the lookup activation_outcome_kinds, and the rows there with an
-- unknown kind.

select
    trigger_outcomes.trigger,
    trigger_outcomes.outcome,
    'no such outcome in activation_outcome_kinds' as fault
from trigger_outcomes
where
    not exists (
        select activation_outcome_kinds.outcome
        from activation_outcome_kinds
        where activation_outcome_kinds.outcome = trigger_outcomes.outcome
    )

union all

select
    'any' as trigger,
    activation_outcome_kinds.outcome,
    concat('kind ', activation_outcome_kinds.kind, ': write share or mean') as fault
from activation_outcome_kinds
where activation_outcome_kinds.kind not in ('share', 'mean')

-- Grain: one row per trigger.
-- From the customers for whom a trigger fires to those contacted: each hit is counted once, under the first rule that
-- stopped it or under its group.

select
    triggers.trigger,
    $as_of as as_of,
    triggers.description,
    triggers.purpose,
    triggers.priority,
    count(int_activation_decisions.decision) as hits,
    count(case when int_activation_decisions.decision = 'no consent' then 1 end) as blocked_no_consent,
    count(case when int_activation_decisions.decision = 'no channel' then 1 end) as blocked_no_channel,
    count(case when int_activation_decisions.decision = 'in force' then 1 end) as in_force,
    count(case when int_activation_decisions.decision = 'cooldown' then 1 end) as blocked_cooldown,
    count(case when int_activation_decisions.decision = 'recent activation' then 1 end) as blocked_recent_activation,
    count(case when int_activation_decisions.decision = 'lower priority' then 1 end) as blocked_lower_priority,
    count(case when int_activation_decisions.decision = 'control' then 1 end) as activated_control,
    count(case when int_activation_decisions.decision = 'treatment' then 1 end) as activated_treatment
from triggers
left join int_activation_decisions
    on triggers.trigger = int_activation_decisions.trigger
group by
    triggers.trigger,
    triggers.description,
    triggers.purpose,
    triggers.priority

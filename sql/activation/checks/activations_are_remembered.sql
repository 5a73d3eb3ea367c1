-- Returns the triggers whose cooldown, expiry or outcome window is longer than activations are remembered.

select
    triggers.trigger,
    'cooldown_days' as setting,
    triggers.cooldown_days as days,
    $activation_retention_days as activation_retention_days
from triggers
where triggers.cooldown_days > $activation_retention_days

union all

select
    triggers.trigger,
    'expires_days' as setting,
    triggers.expires_days as days,
    $activation_retention_days as activation_retention_days
from triggers
where triggers.expires_days > $activation_retention_days

union all

select
    trigger_outcomes.trigger,
    concat('outcomes: ', trigger_outcomes.outcome) as setting,
    trigger_outcomes.window_days as days,
    $activation_retention_days as activation_retention_days
from trigger_outcomes
where trigger_outcomes.window_days > $activation_retention_days

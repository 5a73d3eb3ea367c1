select
    activation_history.customer_key,
    activation_history.trigger,
    activation_history.activated_on,
    activation_history.assignment,
    activation_history.expires_at,
    activation_history.outcomes,
    activation_history.ended_on,
    activation_history.end_reason,
    activation_changes.change,
    activation_changes.reason
from activation_history
left join activation_changes
    on
        activation_history.customer_key = activation_changes.customer_key
        and activation_history.trigger = activation_changes.trigger
        and activation_history.activated_on = activation_changes.activated_on
order by activation_history.customer_key, activation_history.trigger, activation_history.activated_on

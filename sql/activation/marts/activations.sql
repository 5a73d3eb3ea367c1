-- Grain: one row per trigger and customer with an activation in force at as_of.
-- Customers to act on now: activated today or earlier, neither expired nor ended by later events. Control customers
-- are not contacted, so that the effect on the treated ones can be separated from what would have happened anyway.
-- Channels are those allowed today, as a list; everything else is as on the day of activation.

select
    activation_history.customer_key,
    activation_history.trigger,
    activation_history.triggered_at,
    activation_history.triggered_date,
    activation_history.activated_on,
    activation_history.reason,
    activation_history.value_segment,
    activation_history.recommended_action,
    activation_history.purpose,
    activation_history.priority,
    arrow_cast(string_to_array(int_activation_decisions.allowed_channels, ','), 'List(Utf8)') as allowed_channels,
    activation_history.assignment,
    activation_history.expires_at,
    activation_history.expires_date
from activation_history
inner join int_activation_decisions
    on
        activation_history.trigger = int_activation_decisions.trigger
        and activation_history.customer_key = int_activation_decisions.customer_key
where activation_history.ended_on is null

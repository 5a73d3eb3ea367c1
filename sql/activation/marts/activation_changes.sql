-- Grain: one row per trigger, customer and change between the last run before as_of and this one.
-- What a tool that holds the lists must add and remove: who entered today, who exited today and why. A customer who is
-- one with another now stays on the list under the surviving key (customer_identity_changes).

select
    activation_history.trigger,
    activation_history.customer_key,
    'entered' as change,
    'new' as reason,
    activation_history.assignment,
    activation_history.activated_on,
    activation_history.expires_at,
    activation_history.expires_date
from activation_history
where activation_history.activated_on = $as_of

union all

select
    activation_history.trigger,
    activation_history.customer_key,
    'exited' as change,
    activation_history.end_reason as reason,
    activation_history.assignment,
    activation_history.activated_on,
    activation_history.expires_at,
    activation_history.expires_date
from activation_history
where
    activation_history.ended_on = $as_of
    and activation_history.end_reason <> 'customer merged'

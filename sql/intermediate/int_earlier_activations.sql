-- Grain: one row per customer_key, trigger and earlier day on which it was activated.
-- What the last snapshot remembers, as it was before this as_of: activations of this day or later are left out,
-- and so are ends of this day or later. A run of a day that was run before, or of a day gone by, therefore
-- starts from where the first run of that day did. What is older than $activation_retention_days is forgotten.

select
    earlier_activations.customer_key,
    earlier_activations.trigger,
    earlier_activations.activated_on,
    earlier_activations.triggered_at,
    earlier_activations.reason,
    earlier_activations.value_segment,
    earlier_activations.recommended_action,
    earlier_activations.purpose,
    earlier_activations.priority,
    earlier_activations.allowed_channels,
    earlier_activations.assignment,
    earlier_activations.expires_at,
    earlier_activations.outcomes,
    case when earlier_activations.ended_on < $as_of then earlier_activations.ended_on end as ended_on,
    case when earlier_activations.ended_on < $as_of then earlier_activations.end_reason end as end_reason
from earlier_activations
where
    earlier_activations.activated_on < $as_of
    and cast($as_of as int) - cast(earlier_activations.activated_on as int) <= $activation_retention_days

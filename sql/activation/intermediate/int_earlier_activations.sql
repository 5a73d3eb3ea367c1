-- Grain: one row per customer_key, trigger and earlier day on which it was activated.
-- Activations in the last snapshot, as of the day before this as_of: activations and ends of this day or later are
-- dropped. A repeated run of the same day, or a run of a past day, therefore starts from the same state as the first
-- run of that day. Activations older than $activation_retention_days are forgotten.

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

-- Grain: one row per activated_key, trigger and earlier day on which it was activated.
-- Activations in the last snapshot, as of the day before this as_of: activations and ends of this day or later are
-- dropped. A repeated run of the same day, or a run of a past day, therefore starts from the same state as the first
-- run of that day. Activations older than $activation_retention_days are forgotten, and those of erased persons.
-- customer_key is the key that the person has now: cooldowns and outcomes of persons who became one go on together. If
-- both have an activation by one trigger in force, the later one stays, and the other is superseded.

with remembered as (

    select
        earlier_activations.*,
        coalesce(earlier_activations.activated_key, earlier_activations.customer_key) as old_customer_key
    from earlier_activations
    left join int_erased_keys
        on earlier_activations.customer_key = int_erased_keys.customer_key
    where
        int_erased_keys.customer_key is null
        and earlier_activations.activated_on < $as_of
        and cast($as_of as int) - cast(earlier_activations.activated_on as int) <= $activation_retention_days

),

present as (

    select
        coalesce(int_customer_key_changes.customer_key, remembered.old_customer_key) as customer_key,
        remembered.old_customer_key as activated_key,
        remembered.trigger,
        remembered.activated_on,
        remembered.triggered_at,
        remembered.reason,
        remembered.value_segment,
        remembered.recommended_action,
        remembered.purpose,
        remembered.priority,
        remembered.allowed_channels,
        remembered.assignment,
        remembered.expires_at,
        remembered.outcomes,
        case when remembered.ended_on < $as_of then remembered.ended_on end as ended_on,
        case when remembered.ended_on < $as_of then remembered.end_reason end as end_reason
    from remembered
    left join int_customer_key_changes
        on remembered.old_customer_key = int_customer_key_changes.old_customer_key

),

-- Only persons who took over another's key can have two activations by one trigger in force.
survivors as (

    select distinct int_customer_key_changes.customer_key
    from int_customer_key_changes

),

in_force as (

    select
        present.trigger,
        present.activated_key,
        present.activated_on,
        row_number() over (
            partition by present.trigger, present.customer_key
            order by present.activated_on desc, present.assignment desc, present.activated_key asc
        ) as place
    from present
    inner join survivors
        on present.customer_key = survivors.customer_key
    where present.ended_on is null

)

select
    present.*,
    coalesce(in_force.place > 1, false) as is_superseded
from present
left join in_force
    on
        present.trigger = in_force.trigger
        and present.activated_key = in_force.activated_key
        and present.activated_on = in_force.activated_on

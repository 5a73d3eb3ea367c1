-- Grain: one row per customer_key, trigger and day on which it was activated.
-- Every activation of the last $activation_retention_days, from earlier runs unchanged and from this one, with when
-- and why it ended. Earlier activations come from the last snapshot, not from the extracts, because past decisions
-- cannot be repeated. Cooldowns and outcomes of real treatments depend on this memory, and so these tables alone
-- depend on which runs there were. customer_key is the key that the person has now, activated_key the one on the day
-- of activation.

with outcomes as (

    select
        trigger_outcomes.trigger,
        cast(
            string_agg(
                concat(trigger_outcomes.outcome, ':', cast(trigger_outcomes.window_days as varchar)),
                ',' order by trigger_outcomes.outcome, trigger_outcomes.window_days
            ) as varchar
        ) as outcomes
    from trigger_outcomes
    group by trigger_outcomes.trigger

),

earlier as (

    select
        int_earlier_activations.*,
        case
            when int_earlier_activations.ended_on is not null then int_earlier_activations.end_reason
            when int_earlier_activations.is_superseded then 'customer merged'
            when int_earlier_activations.expires_at < $as_of_end then 'expired'
            when triggers.trigger is null then 'trigger removed'
            when int_persons.customer_no is null then 'customer no longer known'
            when int_activation_decisions.decision is null then 'condition no longer true'
            when int_activation_decisions.decision in ('no consent', 'no channel')
                then int_activation_decisions.decision
        end as reason_of_end
    from int_earlier_activations
    left join triggers
        on int_earlier_activations.trigger = triggers.trigger
    left join int_persons
        on int_earlier_activations.customer_key = int_persons.customer_key
    left join int_activation_decisions
        on
            int_earlier_activations.trigger = int_activation_decisions.trigger
            and int_earlier_activations.customer_key = int_activation_decisions.customer_key

),

decided as (

    select
        int_activation_decisions.*,
        cast(cast($as_of as int) + cast(int_activation_decisions.expires_days as int) as date) as expires_date,
        start_of_day(
            cast(cast($as_of as int) + cast(int_activation_decisions.expires_days as int) as date), $time_zone
        ) as expires_at
    from int_activation_decisions
    where int_activation_decisions.decision in ('treatment', 'control')

)

select
    earlier.customer_key,
    earlier.trigger,
    earlier.activated_on,
    earlier.triggered_at,
    local_date(earlier.triggered_at, $time_zone) as triggered_date,
    earlier.reason,
    earlier.value_segment,
    earlier.recommended_action,
    earlier.purpose,
    earlier.priority,
    earlier.allowed_channels,
    earlier.assignment,
    earlier.expires_at,
    local_date(earlier.expires_at, $time_zone) as expires_date,
    earlier.outcomes,
    case
        when earlier.ended_on is not null then earlier.ended_on
        when earlier.reason_of_end is not null then $as_of
    end as ended_on,
    earlier.reason_of_end as end_reason,
    earlier.activated_key
from earlier

union all

select
    decided.customer_key,
    decided.trigger,
    $as_of as activated_on,
    decided.triggered_at,
    local_date(decided.triggered_at, $time_zone) as triggered_date,
    decided.reason,
    decided.value_segment,
    decided.recommended_action,
    decided.purpose,
    decided.priority,
    decided.allowed_channels,
    decided.decision as assignment,
    decided.expires_at,
    decided.expires_date,
    outcomes.outcomes,
    cast(null as date) as ended_on,
    cast(null as varchar) as end_reason,
    decided.customer_key as activated_key
from decided
left join outcomes
    on decided.trigger = outcomes.trigger

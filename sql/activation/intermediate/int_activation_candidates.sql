-- Grain: one row per hit.
-- Why a hit cannot be activated, by the rules that look at this hit alone; null if it can. The first rule that
-- applies counts. Control persons are treated like the others throughout, so that being contacted is the only
-- difference between the groups.

with usable as (

    -- The trigger's channels in the lookup activation_channels whose address is known and whose consent, if required,
    -- is given.
    select
        int_activation_hits.trigger,
        int_activation_hits.customer_no,
        trigger_channels.channel,
        trigger_channels.preference
    from int_activation_hits
    inner join trigger_channels
        on int_activation_hits.trigger = trigger_channels.trigger
    inner join activation_channels
        on trigger_channels.channel = activation_channels.channel
    where
        case activation_channels.needs
            when 'email' then int_activation_hits.has_email
            when 'phone' then int_activation_hits.has_phone
            else true
        end
        and (int_activation_hits.marketing_consent or not activation_channels.needs_consent)

),

allowed as (

    -- The preferred one first.
    select
        usable.trigger,
        usable.customer_no,
        cast(string_agg(usable.channel, ',' order by usable.preference) as varchar) as allowed_channels
    from usable
    group by
        usable.trigger,
        usable.customer_no

),

past as (

    select
        int_earlier_activations.trigger,
        int_earlier_activations.customer_key,
        max(int_earlier_activations.activated_on) as latest_on,
        max(case when int_earlier_activations.ended_on is null then int_earlier_activations.expires_at end)
            as open_until
    from int_earlier_activations
    group by
        int_earlier_activations.trigger,
        int_earlier_activations.customer_key

),

past_of_person as (

    select
        past.customer_key,
        max(past.latest_on) as latest_on
    from past
    group by past.customer_key

)

select
    int_activation_hits.trigger,
    int_activation_hits.customer_key,
    int_activation_hits.customer_no,
    int_activation_hits.triggered_at,
    int_activation_hits.reason,
    int_activation_hits.recommended_action,
    int_activation_hits.purpose,
    int_activation_hits.priority,
    int_activation_hits.expires_days,
    int_activation_hits.control_per_million,
    int_activation_hits.value_segment,
    allowed.allowed_channels,
    case
        when int_activation_hits.purpose = 'marketing' and not int_activation_hits.marketing_consent
            then 'no consent'
        when allowed.allowed_channels is null then 'no channel'
        -- Expires at the first instant of the local day on which it is too late.
        when past.open_until >= $as_of_end then 'in force'
        when cast($as_of as int) - cast(past.latest_on as int) < int_activation_hits.cooldown_days then 'cooldown'
        when
            cast($as_of as int) - cast(past_of_person.latest_on as int) < $activation_pause_days
            then 'recent activation'
    end as blocked_by
from int_activation_hits
left join allowed
    on
        int_activation_hits.trigger = allowed.trigger
        and int_activation_hits.customer_no = allowed.customer_no
left join past
    on
        int_activation_hits.trigger = past.trigger
        and int_activation_hits.customer_key = past.customer_key
left join past_of_person
    on int_activation_hits.customer_key = past_of_person.customer_key

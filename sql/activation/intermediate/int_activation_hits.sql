-- Grain: one row per trigger and person known by as_of for whom it fires.
-- Hits with the rules of their trigger and the person's value, consent and available addresses. Hits of a
-- customer_key that is not a person's (unidentified) are dropped.

with hits as (

    select
        trigger_hits.trigger,
        trigger_hits.customer_key,
        int_persons.customer_no,
        trigger_hits.triggered_at,
        trigger_hits.reason
    from trigger_hits
    inner join int_persons
        on trigger_hits.customer_key = int_persons.customer_key

)

select
    hits.trigger,
    hits.customer_key,
    hits.customer_no,
    hits.triggered_at,
    hits.reason,
    triggers.recommended_action,
    triggers.purpose,
    triggers.priority,
    triggers.cooldown_days,
    triggers.expires_days,
    triggers.control_per_million,
    coalesce(int_customer_values.value_segment, 'no purchase') as value_segment,
    int_customer_profiles.marketing_consent,
    resolved_golden_record.email is not null as has_email,
    resolved_golden_record.phone is not null as has_phone
from hits
inner join triggers
    on hits.trigger = triggers.trigger
inner join int_customer_profiles
    on hits.customer_no = int_customer_profiles.customer_no
inner join resolved_golden_record
    on hits.customer_key = resolved_golden_record.customer_key
left join int_customer_values
    on
        hits.customer_no = int_customer_values.customer_no
        and int_customer_values.is_current

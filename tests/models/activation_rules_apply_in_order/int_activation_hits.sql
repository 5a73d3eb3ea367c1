-- Two triggers: call (service, first, a control group of one fifth) and offer (marketing, second, no control group).
select
    t.trigger,
    concat('c', cast(t.customer_no as varchar)) as customer_key,
    cast(t.customer_no as bigint) as customer_no,
    cast('2025-12-30T10:00:00Z' as timestamp) as triggered_at,
    'why' as reason,
    t.trigger as recommended_action,
    case t.trigger when 'call' then 'service' else 'marketing' end as purpose,
    cast(case t.trigger when 'call' then 1 else 2 end as bigint) as priority,
    cast(case t.trigger when 'call' then 60 else 30 end as bigint) as cooldown_days,
    cast(14 as bigint) as expires_days,
    cast(case t.trigger when 'call' then 200000 else 0 end as bigint) as control_per_million,
    'high x high' as value_segment,
    t.marketing_consent,
    t.has_email,
    t.has_phone
from (
    values
    ('call', 1, false, true, true),
    ('call', 2, true, true, true),
    ('offer', 2, true, true, true),
    ('offer', 3, false, true, true),
    ('call', 4, true, false, false),
    ('offer', 5, true, true, false),
    ('call', 6, true, true, true),
    ('call', 7, true, true, true),
    ('call', 8, true, true, true),
    ('call', 9, true, true, true),
    ('call', 10, true, true, true),
    ('call', 11, true, true, true),
    ('call', 12, true, true, true)
) as t (trigger, customer_no, marketing_consent, has_email, has_phone)

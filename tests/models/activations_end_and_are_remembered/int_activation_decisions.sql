select
    t.trigger,
    t.customer_key,
    arrow_cast('2025-12-30T10:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as triggered_at,
    'why now' as reason,
    'low x low' as value_segment,
    'call' as recommended_action,
    'service' as purpose,
    cast(1 as bigint) as priority,
    'email' as allowed_channels,
    cast(t.expires_days as bigint) as expires_days,
    t.decision
from (
    values
    ('call', 'c01', 14, 'in force'),
    ('call', 'c03', 14, 'cooldown'),
    ('call', 'c99', 14, 'in force'),
    ('offer', 'c05', 120, 'no consent'),
    ('call', 'c07', 14, 'treatment'),
    ('call', 'c08', 14, 'in force'),
    ('offer', 'c10', 120, 'control'),
    ('call', 'c11', 14, 'lower priority'),
    ('call', 'c12', 14, 'in force')
) as t (trigger, customer_key, expires_days, decision)

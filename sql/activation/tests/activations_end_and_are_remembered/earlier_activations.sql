select
    t.customer_key,
    t.trigger,
    cast(t.activated_on as date) as activated_on,
    arrow_cast('2025-12-01T10:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as triggered_at,
    'why' as reason,
    'high x high' as value_segment,
    'call' as recommended_action,
    'service' as purpose,
    cast(1 as bigint) as priority,
    'phone' as allowed_channels,
    'treatment' as assignment,
    arrow_cast(t.expires_at, 'Timestamp(Microsecond, Some("UTC"))') as expires_at,
    'ordered:30' as outcomes,
    cast(t.ended_on as date) as ended_on,
    t.end_reason,
    t.activated_key
from (
    values
    -- A snapshot without activated_key, and two persons who are one now.
    ('c01', 'call', '2025-12-20', '2026-01-02T23:00:00Z', null, null, null),
    ('c12', 'call', '2025-12-20', '2026-01-02T23:00:00Z', null, null, 'c12'),
    ('d12', 'call', '2025-12-25', '2026-01-07T23:00:00Z', null, null, 'd12'),
    ('d12', 'call', '2025-11-01', '2025-11-14T23:00:00Z', '2025-11-10', 'condition no longer true', 'd12'),
    ('c02', 'call', '2025-12-20', '2026-01-02T23:00:00Z', null, null, 'c02'),
    ('c03', 'call', '2025-12-16', '2025-12-30T23:00:00Z', null, null, 'c03'),
    ('c04', 'gone', '2025-12-20', '2026-01-02T23:00:00Z', null, null, 'c04'),
    ('c99', 'call', '2025-12-20', '2026-01-02T23:00:00Z', null, null, 'c99'),
    ('c05', 'offer', '2025-12-20', '2026-01-02T23:00:00Z', null, null, 'c05'),
    ('c06', 'call', '2025-11-01', '2025-11-14T23:00:00Z', '2025-11-10', 'condition no longer true', 'c06'),
    -- Earlier runs on this day and on a later day are ignored.
    ('c07', 'call', '2025-12-31', '2026-01-13T23:00:00Z', null, null, 'c07'),
    ('c07', 'offer', '2026-01-05', '2026-01-18T23:00:00Z', null, null, 'c07'),
    ('c08', 'call', '2025-12-20', '2026-01-02T23:00:00Z', '2025-12-31', 'condition no longer true', 'c08'),
    -- 1096 days ago: forgotten. 1095: remembered.
    ('c09', 'call', '2022-12-31', '2023-01-13T23:00:00Z', '2023-01-14', 'expired', 'c09'),
    ('c09', 'call', '2023-01-01', '2023-01-14T23:00:00Z', '2023-01-15', 'expired', 'c09')
) as t (customer_key, trigger, activated_on, expires_at, ended_on, end_reason, activated_key)

-- 60 days before as_of is 2025-11-01, 7 days before is 2025-12-24. as_of ends at 2025-12-31T23:00Z.
select
    t.customer_key,
    t.trigger,
    cast(t.activated_on as date) as activated_on,
    arrow_cast(t.expires_at, 'Timestamp(Microsecond, Some("UTC"))') as expires_at,
    cast(t.ended_on as date) as ended_on
from (
    values
    ('c6', 'call', '2025-12-20', '2026-01-02T23:00:00Z', null),
    ('c7', 'call', '2025-11-02', '2025-11-15T23:00:00Z', '2025-11-16'),
    ('c8', 'call', '2025-11-01', '2025-11-14T23:00:00Z', '2025-11-15'),
    ('c9', 'offer', '2025-12-25', '2025-12-31T23:00:00Z', '2025-12-30'),
    ('c10', 'offer', '2025-12-24', '2025-12-30T23:00:00Z', '2025-12-30'),
    ('c11', 'call', '2025-10-17', '2025-12-30T23:00:00Z', null),
    ('c12', 'call', '2025-12-18', '2025-12-31T23:00:00Z', null)
) as t (customer_key, trigger, activated_on, expires_at, ended_on)

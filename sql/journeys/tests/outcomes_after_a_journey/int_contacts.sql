select
    cast(t.interaction_id as bigint) as interaction_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    t.channel,
    t.touchpoint,
    t.journey,
    cast(null as varchar) as store_id,
    cast(case when t.channel in ('phone', 'chat', 'store') then 1 else 0 end as bigint) as is_two_way,
    cast(case when t.channel = 'email' then 1 else 0 end as bigint) as is_automatic,
    case when t.channel = 'email' then 'company' else 'customer' end as direction,
    cast(250 as bigint) as minutes_e2
from (
    values
    -- Called twice and wrote, complained 30 days after the end, bought exactly 90 days after it
    (1, 1, '2025-01-01T12:00:00', 'phone', 'call', null),
    (2, 1, '2025-01-02T18:00:00', 'phone', 'call', null),
    (3, 1, '2025-01-03T12:00:00', 'web', 'call', null),
    (4, 1, '2025-02-02T12:00:00', 'phone', 'complaint', null),
    -- Called once; complained and bought one second too late
    (5, 2, '2025-01-03T12:00:00', 'phone', 'call', null),
    (6, 2, '2025-02-02T12:00:01', 'web', 'complaint', null),
    -- The complaint is a step of the journey, and counts before the purchase
    (7, 3, '2025-06-01T12:00:00', 'chat', 'call', null),
    (8, 3, '2025-06-02T12:00:00', 'email', 'complaint', null),
    -- 90 days have not passed: one has already bought, one has not
    (9, 4, '2025-10-10T12:00:00', 'web', 'call', null),
    (10, 4, '2025-11-30T12:00:00', 'phone', 'call', null),
    (11, 4, '2025-12-31T12:00:00', 'phone', 'call', null)
) as t (interaction_id, customer_no, occurred_at, channel, touchpoint, journey)

select
    cast(t.interaction_id as bigint) as interaction_id,
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    t.channel,
    t.touchpoint,
    t.journey,
    cast(null as varchar) as store_id,
    case when t.channel = 'email' then 'company' else 'customer' end as direction,
    cast(case when t.channel in ('phone', 'chat', 'store') then 1 else 0 end as bigint) as is_two_way,
    cast(case when t.channel = 'email' then 1 else 0 end as bigint) as is_automatic,
    cast(250 as bigint) as minutes_e2
from (
    values
    (1, 1, '2025-01-01T12:00:00', 'phone', 'parcel', null),
    (2, 1, '2025-01-02T12:00:00', 'email', 'parcel', null),
    -- Unmatched, and a touchpoint of no journey
    (3, 0, '2025-01-02T12:00:00', 'web', 'parcel', null),
    (4, 1, '2025-01-03T12:00:00', 'web', null, null)
) as t (interaction_id, customer_no, occurred_at, channel, touchpoint, journey)

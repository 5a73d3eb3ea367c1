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
    -- Ten days after the call, which is the time-out: the same journey. One second more: the next journey
    (1, 1, '2025-01-01T12:00:00', 'phone', 'call', null),
    (2, 1, '2025-01-11T12:00:00', 'phone', 'call', null),
    (3, 1, '2025-01-21T12:00:01', 'web', 'part', null),
    -- An end. Events within the journey follow it; a start begins the next journey
    (4, 1, '2025-01-22T12:00:00', 'phone', 'fixed', null),
    (5, 1, '2025-01-23T12:00:00', 'web', 'part', null),
    (6, 1, '2025-01-24T12:00:00', 'phone', 'call', null),
    -- Two ends at the same instant
    (7, 1, '2025-01-25T12:00:00', 'phone', 'fixed', null),
    (8, 1, '2025-01-25T12:00:00', 'phone', 'fixed', null),
    (9, 1, '2025-01-25T12:00:00', 'phone', 'fixed', null),
    -- A parcel is part of two journeys, and the end of one. A start without an end before it begins nothing
    (10, 2, '2025-03-01T12:00:00', 'email', 'call', null),
    (11, 2, '2025-03-02T12:00:00', 'store', 'parcel', null),
    (12, 2, '2025-03-03T12:00:00', 'phone', 'call', null),
    -- A mail that counts as a call is within the journey: after an end it begins nothing
    (13, 2, '2025-03-04T12:00:00', 'phone', 'fixed', null),
    (14, 2, '2025-03-05T12:00:00', 'email', 'call', null),
    -- A touchpoint that is not in the lookup belongs to the journey named in the extract, with the rules for any
    (15, 2, '2025-03-20T12:00:00', null, 'dance', 'club'),
    (16, 2, '2025-03-25T12:00:01', null, 'dance', 'club'),
    (17, 2, '2025-03-25T12:00:02', 'web', 'dance', null),
    -- Unmatched
    (18, 0, '2025-03-25T12:00:00', 'phone', 'call', null),
    -- The time-out has not passed
    (19, 3, '2025-12-25T12:00:00', 'phone', 'call', null),
    (20, 3, '2025-06-01T12:00:00', 'web', 'call', null),
    (21, 3, '2025-06-02T12:00:00', 'web', 'part', null),
    (22, 3, '2025-06-03T12:00:00', 'web', 'call', null),
    (23, 3, '2025-06-04T12:00:00', 'web', 'part', null),
    (24, 3, '2025-06-05T12:00:00', 'web', 'call', null),
    (25, 3, '2025-06-06T12:00:00', 'web', 'part', null),
    (26, 3, '2025-06-07T12:00:00', 'web', 'call', null),
    (27, 3, '2025-06-08T12:00:00', 'web', 'part', null),
    (28, 3, '2025-06-09T12:00:00', 'web', 'call', null),
    (29, 3, '2025-06-10T12:00:00', 'web', 'part', null),
    (30, 3, '2025-06-11T12:00:00', 'web', 'call', null),
    (31, 3, '2025-06-12T12:00:00', 'web', 'part', null)
) as t (interaction_id, customer_no, occurred_at, channel, touchpoint, journey)

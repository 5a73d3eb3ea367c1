select
    cast(t.customer_no as bigint) as customer_no,
    arrow_cast(t.occurred_at || 'T18:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    cast(t.occurred_at as date) as occurred_date,
    t.kind
from (
    values
    -- Points of the first order, booked later that day, are part of it; points of another day are a sign of use
    (8, '2025-08-01', 'earn'), (8, '2025-08-20', 'redeem'),
    (9, '2025-07-01', 'redeem'), (9, '2025-08-01', 'earn'), (9, '2025-09-01', 'earn'),
    (0, '2025-09-01', 'redeem')
) as t (customer_no, occurred_at, kind)

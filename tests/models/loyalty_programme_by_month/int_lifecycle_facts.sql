-- Days begin at midnight, local time.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(arrow_cast(t.known_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as known_at,
    cast(arrow_cast(t.loyalty_joined_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as loyalty_joined_at
from (
    values
    (1, '2024-09-30T22:00:00', '2025-01-09T23:00:00'),
    (2, '2024-10-31T23:00:00', '2025-01-31T23:00:00'),
    (3, '2024-11-30T23:00:00', cast(null as varchar)),
    (4, '2024-12-31T23:00:00', null),
    (5, '2025-01-31T23:00:00', null),
    (6, '2024-10-14T22:00:00', '2024-11-04T23:00:00')
) as t (customer_no, known_at, loyalty_joined_at)

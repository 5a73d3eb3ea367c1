-- Units are numbered by name: S1 1, S2 2, office 3. A return, lines of no unit, and the turn of a month, local time.
select
    cast(t.unit_no as integer) as unit_no,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.is_return,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    (1, '2025-01-15T12:00:00', false, 10000), (1, '2025-01-16T12:00:00', true, 2501),
    (1, '2025-01-31T23:00:00', false, 700),
    (0, '2025-01-15T12:00:00', false, 99999),
    (2, '2025-03-15T12:00:00', true, 500)
) as t (unit_no, ordered_at, is_return, net_minor)

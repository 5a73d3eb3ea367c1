select
    t.unit,
    arrow_cast(t.responded_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    cast(t.engagement as bigint) as engagement,
    cast(t.enps as bigint) as enps
from (
    values
    ('S1', '2025-01-10T12:00:00', 6, 10), ('S1', '2025-01-10T12:00:00', 7, 9), ('S1', '2025-01-11T12:00:00', 8, 8),
    -- The first and the last instant of January, local time
    ('S1', '2024-12-31T23:00:00', 9, 6), ('S1', '2025-01-31T22:59:59', 10, null),
    ('S1', '2025-01-11T12:00:00', null, 5),
    ('S2', '2025-01-10T12:00:00', 1, 1), ('S2', '2025-01-10T12:00:00', 1, 1), ('S2', '2025-01-10T12:00:00', 1, 1),
    ('S2', '2025-01-10T12:00:00', 1, 1),
    ('S2', '2025-02-10T12:00:00', 1, 1), ('S2', '2025-02-10T12:00:00', 1, 1), ('S2', '2025-02-10T12:00:00', 1, 1),
    ('S2', '2025-02-10T12:00:00', 1, 1), ('S2', '2025-02-10T12:00:00', null, 1),
    ('office', '2025-01-10T12:00:00', 10, null), ('office', '2025-01-10T12:00:00', 10, null),
    ('office', '2025-01-10T12:00:00', 10, null), ('office', '2025-01-10T12:00:00', 10, null),
    ('office', '2025-01-10T12:00:00', 10, null)
) as t (unit, responded_at, engagement, enps)

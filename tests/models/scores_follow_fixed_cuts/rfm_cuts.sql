select
    t.measure,
    cast(t.score as bigint) as score,
    cast(t.from_value as decimal(18, 2)) as from_value
from (
    values
    ('recency', 2, 365), ('recency', 3, 180), ('recency', 4, 90), ('recency', 5, 30),
    ('frequency', 2, 2), ('frequency', 3, 3), ('frequency', 4, 5), ('frequency', 5, 10),
    ('monetary', 2, 0.01), ('monetary', 3, 499.99), ('monetary', 4, 500), ('monetary', 5, 10000)
) as t (measure, score, from_value)

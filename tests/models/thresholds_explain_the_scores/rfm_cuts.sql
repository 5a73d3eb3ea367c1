select
    t.measure,
    cast(t.score as bigint) as score,
    cast(t.from_value as decimal(18, 2)) as from_value
from (
    values
    ('recency', 2, 200), ('recency', 3, 100), ('recency', 4, 20), ('recency', 5, 10),
    ('monetary', 2, 100), ('monetary', 3, 200), ('monetary', 4, 300), ('monetary', 5, 1000)
) as t (measure, score, from_value)

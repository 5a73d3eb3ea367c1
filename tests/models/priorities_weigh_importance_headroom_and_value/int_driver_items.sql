select
    'journey' as level,
    t.item,
    t.item as journey
from (
    values
    ('billing'), ('delivery'), ('loyalty'), ('return'), ('support')
) as t (item)

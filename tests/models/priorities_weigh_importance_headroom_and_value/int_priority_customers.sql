select
    'journey' as level,
    t.item,
    t.segment,
    cast(t.customers as bigint) as customers,
    cast(t.margin_minor as bigint) as margin_minor
from (
    values
    ('delivery', 'all', 100, 10000000), ('support', 'all', 60, 5000000), ('return', 'all', 20, 1000000),
    ('billing', 'all', 90, 8000000), ('loyalty', 'all', 10, 900000),
    ('support', 'high x high', 10, 4000000),
    ('support', 'low x low', 30, 600000),
    ('support', 'low x medium', 20, 400000)
) as t (item, segment, customers, margin_minor)

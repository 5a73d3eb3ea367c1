select
    t.index,
    t.item,
    cast(t.weight as decimal(5, 2)) as weight
from (
    values
    ('satisfaction_index', 'satisfaction', 2), ('satisfaction_index', 'expectation', 1.5),
    ('satisfaction_index', 'ideal', 0.5),
    -- An item without weight is not required
    ('trust_index', 'trust', 1), ('trust_index', 'emotion', 0)
) as t (index, item, weight)

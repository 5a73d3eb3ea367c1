-- The last snapshot was made in November: customers in cultivation then are in use now.

select
    column1 as month,
    column2 as stage,
    column3 as customers_at_end
from (
    values
    (date '2025-10-01', 'use', 40),
    (date '2025-10-01', 'cultivation', 36),
    (date '2025-10-01', 'at_risk', 16),
    (date '2025-10-01', 'lapsed', 8),
    (date '2025-11-01', 'use', 50),
    (date '2025-11-01', 'cultivation', 24),
    (date '2025-11-01', 'at_risk', 16),
    (date '2025-11-01', 'lapsed', 10)
)

-- 100 customers. In the funnel of this run, 8 of them were lapsed at the end of October, 60 are in December.

select
    column1 as month,
    column2 as stage,
    column3 as customers_at_end
from (
    values
    (date '2025-10-01', 'use', 52),
    (date '2025-10-01', 'cultivation', 20),
    (date '2025-10-01', 'at_risk', 20),
    (date '2025-10-01', 'lapsed', 8),
    (date '2025-12-01', 'use', 5),
    (date '2025-12-01', 'cultivation', 5),
    (date '2025-12-01', 'at_risk', 30),
    (date '2025-12-01', 'lapsed', 60)
)

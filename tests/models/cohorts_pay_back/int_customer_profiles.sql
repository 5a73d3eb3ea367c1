select
    column1 as customer_no,
    cast(column2 as date) as signup_date,
    column3 as acquisition_cost_minor
from (
    values
    (1, '2025-07-10', 5000),
    (2, '2025-07-31', 3000),
    -- Signed up in November, but had already ordered in September.
    (3, '2025-11-02', 1000),
    (4, '2025-12-31', 2500)
) as persons

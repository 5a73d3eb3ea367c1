select
    column1 as customer_no,
    cast(column2 as date) as signup_date,
    column3 as acquisition_cost_minor
from (
    values
    (1, '2025-08-10', 1000),
    (2, '2025-10-31', 500),
    -- Never ordered, but returned something: in no cohort of buyers.
    (3, '2025-10-02', 9900)
) as persons

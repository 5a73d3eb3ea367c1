select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.signup_date as date) as signup_date
from (
    values
    (1, '2024-10-01'), (2, '2024-11-01'), (3, '2024-12-01'), (4, '2025-01-01'), (5, '2025-02-01'), (6, '2024-10-15')
) as t (customer_no, signup_date)

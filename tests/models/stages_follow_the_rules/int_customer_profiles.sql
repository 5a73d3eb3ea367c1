select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.signup_date as date) as signup_date,
    cast(t.loyalty_joined_date as date) as loyalty_joined_date
from (
    values
    (1, '2024-01-01', null),
    (2, '2024-01-01', null),
    (3, '2025-10-01', null),
    (4, '2025-01-01', '2025-01-15'),
    (5, '2025-01-01', null),
    (6, '2025-01-01', null),
    (7, '2025-01-01', null),
    (8, '2025-01-01', '2025-01-01'),
    (9, '2025-01-01', '2025-01-01'),
    (10, '2025-01-01', null),
    (11, '2025-01-01', null)
) as t (customer_no, signup_date, loyalty_joined_date)

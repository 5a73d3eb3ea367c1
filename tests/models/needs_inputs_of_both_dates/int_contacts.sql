-- Customer 1 before the anchor: by phone. After it: on the web, and two mails of the company, one by an employee.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    cast(t.is_two_way as bigint) as is_two_way,
    t.direction
from (
    values
    (1, '2024-12-31', 1, 'customer'),
    (1, '2025-02-01', 0, 'customer'),
    (1, '2025-02-01', 0, 'company'),
    (1, '2025-02-01', 1, 'company'),
    (0, '2025-02-01', 1, 'customer')
) as t (customer_no, occurred_date, is_two_way, direction)

-- Customer 1 before the anchor: by phone. After it: on the web, and automatic mail.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    cast(t.is_two_way as bigint) as is_two_way,
    cast(t.is_automatic as bigint) as is_automatic
from (
    values
    (1, '2024-12-31', 1, 0),
    (1, '2025-02-01', 0, 0),
    (1, '2025-02-01', 0, 1),
    (0, '2025-02-01', 1, 0)
) as t (customer_no, occurred_date, is_two_way, is_automatic)

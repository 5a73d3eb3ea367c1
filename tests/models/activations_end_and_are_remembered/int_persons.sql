select
    concat('c', lpad(cast(t.customer_no as varchar), 2, '0')) as customer_key,
    cast(t.customer_no as bigint) as customer_no
from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as t (customer_no)

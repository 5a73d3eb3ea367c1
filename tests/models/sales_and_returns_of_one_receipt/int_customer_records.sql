select
    t.customer_id,
    cast(t.customer_no as bigint) as customer_no
from (values ('A', 1), ('B', 2), ('C', 3), ('D', 4)) as t (customer_id, customer_no)

select
    t.customer_id,
    cast(t.customer_no as bigint) as customer_no
from (values ('c1', 1), ('c2', 2), ('c3', 3), ('c4', 4), ('c5', 5)) as t (customer_id, customer_no)

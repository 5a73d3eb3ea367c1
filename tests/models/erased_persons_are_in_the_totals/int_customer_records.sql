select
    t.customer_id,
    cast(t.customer_no as bigint) as customer_no
from (values ('C2', 1), ('C3', 2)) as t (customer_id, customer_no)

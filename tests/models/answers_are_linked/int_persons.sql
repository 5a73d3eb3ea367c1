select
    cast(t.customer_no as bigint) as customer_no,
    t.customer_key
from (values (1, 'k1'), (2, 'k2'), (3, 'k3'), (4, 'k4')) as t (customer_no, customer_key)

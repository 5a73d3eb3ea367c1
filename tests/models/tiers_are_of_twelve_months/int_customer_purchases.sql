select
    cast(t.customer_no as bigint) as customer_no,
    cast(1 as bigint) as order_count,
    cast(0 as bigint) as earlier_order_count
from (values (1), (2), (3), (4), (5), (6), (7)) as t (customer_no)

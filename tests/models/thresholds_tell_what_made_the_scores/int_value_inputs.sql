select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.recency_days as bigint) as recency_days,
    cast(t.order_count as bigint) as order_count,
    cast(t.net_minor as bigint) as net_minor
from (
    values (1, 10, 1, 10000), (2, 10, 1, 20000), (3, 20, 1, 20000), (4, 300, 2, -5000), (5, 300, 9, 100000)
) as t (customer_no, recency_days, order_count, net_minor)

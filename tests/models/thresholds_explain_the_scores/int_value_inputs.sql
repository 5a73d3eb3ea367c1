select
    date '2025-12-31' as valuation_date,
    true as is_current,
    cast(t.customer_no as bigint) as customer_no,
    cast(t.days_since_purchase as bigint) as days_since_purchase,
    cast(t.order_count as bigint) as order_count,
    cast(t.net_minor as bigint) as net_minor,
    cast(null as bigint) as later_purchase_days
from (
    values (1, 10, 1, 10000), (2, 10, 1, 20000), (3, 20, 1, 20000), (4, 300, 2, -5000), (5, 300, 9, 100000)
) as t (customer_no, days_since_purchase, order_count, net_minor)

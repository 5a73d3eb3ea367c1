select
    cast('2025-12-31' as date) as valuation_date,
    true as is_current,
    cast(t.customer_no as bigint) as customer_no,
    cast(0 as bigint) as frequency,
    cast(0 as bigint) as recency_days,
    cast(400 as bigint) as age_days,
    cast(400 as bigint) as days_since_purchase,
    cast(1 as bigint) as order_count,
    cast(0 as bigint) as margin_minor,
    cast(null as bigint) as later_purchase_days
from (values (1), (2), (3), (4), (5), (6), (7)) as t (customer_no)

-- Too few customers for a model. 1 and 2 differ in orders per purchase day only: 2 and 1, where all have 6 in 4.
select
    cast('2025-12-31' as date) as valuation_date,
    true as is_current,
    cast(t.customer_no as bigint) as customer_no,
    cast(t.order_count as bigint) as order_count,
    cast(2 as bigint) as purchase_days,
    cast(1 as bigint) as frequency,
    cast(100 as bigint) as recency_days,
    cast(200 as bigint) as age_days,
    cast(100 as bigint) as days_since_purchase,
    cast(8000 as bigint) as margin_minor,
    cast(null as bigint) as later_order_count,
    cast(null as bigint) as later_margin_minor
from (values (1, 4), (2, 2)) as t (customer_no, order_count)

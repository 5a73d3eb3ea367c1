select
    cast('2025-12-31' as date) as valuation_date,
    cast(t.customer_no as bigint) as customer_no,
    cast(0.5 as double) as p_alive,
    cast(1 as double) as expected_orders_12m,
    cast(0 as bigint) as expected_order_margin_minor,
    cast(0 as bigint) as expected_margin_12m_minor,
    true as is_purchase_model_used,
    'test' as model_status
from (values (1), (2), (3), (4), (5), (6), (7)) as t (customer_no)

select
    cast(t.customer_no as bigint) as customer_no,
    t.is_current,
    t.value_segment,
    cast(t.margin_minor as bigint) as expected_margin_12m_minor
from (
    values
    (1, true, 'high x high', 100000), (1, false, 'low x low', 7), (3, true, 'low x low', 500)
) as t (customer_no, is_current, value_segment, margin_minor)

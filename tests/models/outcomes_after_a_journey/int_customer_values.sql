select
    cast(t.customer_no as bigint) as customer_no,
    true as is_current,
    t.value_segment
from (values (1, 'high x low')) as t (customer_no, value_segment)

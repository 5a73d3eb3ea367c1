select
    cast(t.customer_no as bigint) as customer_no,
    t.from_segment
from (
    values
    (1, 'high x low'), (2, 'no purchase'), (3, 'no purchase'), (4, 'no purchase'), (5, 'new'), (6, 'no purchase'),
    (7, 'no purchase')
) as t (customer_no, from_segment)

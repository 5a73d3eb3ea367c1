-- 6 has bought nothing in the 12 months, 7 has only sent back. Five are above zero: high begins at the amount that at
-- least 80 % of them do not exceed, medium at that of 50 %.
select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.value_12m_minor as bigint) as value_12m_minor,
    cast(0 as bigint) as earlier_value_12m_minor
from (
    values
    (1, 400), (2, 300), (3, 200), (4, 100), (5, 1), (6, 0), (7, -1)
) as t (customer_no, value_12m_minor)

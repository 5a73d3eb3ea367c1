-- Orders since the earlier valuation; each brought 100.00 of net revenue and 60.00 of profit. 14 and 15 are absent:
-- they had no value by then.
select
    cast(t.customer_no as bigint) as customer_no,
    t.value_tier,
    cast(t.orders as bigint) as orders
from (
    values
    (1, 'high', 4), (2, 'high', 5), (3, 'high', 6), (4, 'low', 1), (5, 'low', 2), (6, 'low', 3),
    (7, 'high', 2), (8, 'high', 4), (9, 'low', 0), (10, 'low', 1), (11, 'low', 2),
    -- The only one in the tier: excluded by tier
    (12, 'medium', 9)
) as t (customer_no, value_tier, orders)

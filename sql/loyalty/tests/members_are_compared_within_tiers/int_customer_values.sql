select
    buyers.customer_no,
    false as is_current,
    buyers.value_tier,
    buyers.orders as later_purchase_days
from buyers

union all

select
    buyers.customer_no,
    true as is_current,
    'unprofitable' as value_tier,
    cast(null as bigint) as later_purchase_days
from buyers

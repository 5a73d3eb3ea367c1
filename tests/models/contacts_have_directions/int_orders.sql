select
    cast(t.customer_no as bigint) as customer_no,
    t.channel,
    cast(t.is_order as bigint) as is_order
from (values (5, 'store', 1), (0, 'web', 1)) as t (customer_no, channel, is_order)

select
    buyers.customer_no,
    buyers.orders + 3 as order_count,
    cast(3 as bigint) as earlier_order_count,
    buyers.orders * 10000 + 777 as net_minor,
    cast(777 as bigint) as earlier_net_minor,
    buyers.orders * 8000 as later_order_profit_minor
from buyers

select
    'web' as channel,
    t.is_order,
    cast(t.net_minor as bigint) as net_minor,
    cast(t.returns_minor as bigint) as returns_minor,
    false as has_payment_cost,
    false as has_delivery_cost,
    cast(0 as bigint) as payment_cost_minor,
    cast(0 as bigint) as delivery_cost_minor
from (values (1, 100000, 0), (1, 10000, 0), (0, -15000, 15000)) as t (is_order, net_minor, returns_minor)

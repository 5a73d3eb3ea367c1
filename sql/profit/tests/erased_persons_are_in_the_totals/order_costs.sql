select
    t.channel,
    cast(t.payment_share as decimal(9, 6)) as payment_share,
    cast(t.payment_fee as decimal(12, 2)) as payment_fee,
    cast(t.delivery_fee as decimal(12, 2)) as delivery_fee
from (
    values
    ('web', 0.015, 2.50, 39.00),
    ('store', 0.012345, 0.00, null),
    ('phone', null, 10.00, 49.00)
) as t (channel, payment_share, payment_fee, delivery_fee)

select
    cast(t.transaction_id as bigint) as transaction_id,
    t.customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.channel,
    cast(null as varchar) as store_id,
    'SEK' as currency,
    cast(null as varchar) as status,
    'goods' as kind,
    t.is_return,
    t.counts,
    cast(t.gross_minor as bigint) as list_minor,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.net_minor as bigint) as net_minor,
    cast(t.cost_minor as bigint) as cost_minor,
    cast(t.payment_cost_minor as integer) as payment_cost_minor,
    cast(null as integer) as delivery_cost_minor
from (
    values
    -- With a line and a return that name nobody; the cost of one line is not known
    (1, 'C1', 'web', false, true, 10000, 9900, 4000, null),
    (1, null, 'web', false, true, 5000, 5000, null, null),
    (1, null, 'web', true, true, 1000, 990, 400, null),
    -- Somebody else's
    (2, 'C2', 'web', false, true, 7000, 6000, 3000, null),
    -- In an unknown currency, with the cost of its payment
    (3, 'C1', 'store', false, true, null, null, 100, 300),
    -- A gift card alone does not make an order
    (4, 'C1', 'web', false, false, 900, 900, null, 700),
    -- Two customers: it was nobody's, and goes with the erased one
    (5, 'C1', 'phone', false, true, 2000, 2000, 500, null),
    (5, 'C3', 'phone', false, true, 3000, 3000, 700, null)
) as t (transaction_id, customer_id, channel, is_return, counts, gross_minor, net_minor, cost_minor, payment_cost_minor)

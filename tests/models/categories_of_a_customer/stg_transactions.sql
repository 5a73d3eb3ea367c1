-- Books by both records of person 1, the second time past midnight, local time. Toys are returned, and ordered once,
-- but that order is cancelled. Freight is not a category that is bought. An unknown product, a record that the CRM does
-- not have, and no record.
select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(1 as bigint) as line_no,
    t.customer_id,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    'web' as channel,
    'S1' as store_id,
    t.product_id,
    cast(1 as bigint) as quantity,
    cast(null as bigint) as unit_price_minor,
    cast(1000 as bigint) as list_minor,
    cast(0 as bigint) as discount_minor,
    'SEK' as currency,
    t.is_return,
    t.status,
    cast(null as bigint) as payment_cost_minor,
    cast(null as bigint) as delivery_cost_minor
from (
    values
    (1, 'A', '2025-03-31T12:00:00', 'P1', false, null),
    (1, 'A', '2025-03-31T12:00:00', 'P4', false, null),
    (1, 'A', '2025-03-31T12:00:00', 'P5', false, null),
    (2, 'B', '2025-01-31T23:00:00', 'P2', false, 'paid'),
    (3, 'A', '2025-04-01T12:00:00', 'P3', true, null),
    (4, 'C', '2025-04-01T12:00:00', 'P3', false, null),
    (4, 'C', '2025-04-01T12:00:00', 'P99', false, null),
    (5, 'X', '2025-04-01T12:00:00', 'P1', false, null),
    (6, null, '2025-04-01T12:00:00', 'P1', false, null),
    (7, 'A', '2025-04-01T12:00:00', 'P3', false, 'cancelled')
) as t (transaction_id, customer_id, ordered_at, product_id, is_return, status)

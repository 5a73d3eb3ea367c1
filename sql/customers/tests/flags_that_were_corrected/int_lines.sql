select
    cast(t.transaction_id as bigint) as transaction_id,
    cast(1 as bigint) as line_no,
    arrow_cast(t.ordered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    t.is_return,
    t.counts,
    t.product_id,
    case when t.transaction_id < 4 then 'SEK' end as currency,
    cast(t.quantity as integer) as quantity,
    cast(t.list_minor as bigint) as list_minor,
    cast(t.net_minor as bigint) as net_minor
from (
    values
    -- The flag was corrected, in either direction, and once with the signs of a system that writes returns below zero
    (1, '2025-05-01T12:00:00', false, true, 'P1', 2, 5000, 4500),
    (1, '2025-05-01T12:00:00', true, true, 'P1', 2, 5000, 4500),
    (2, '2025-05-02T12:00:00', true, true, null, 1, 1000, 1000),
    (2, '2025-05-02T12:00:00', false, true, null, 1, 1000, 1000),
    (3, '2025-05-03T12:00:00', false, true, 'P1', 1, 700, null),
    (3, '2025-05-03T12:00:00', true, true, 'P1', -1, -700, null),
    -- A refund of everything at another time, of a part, with another discount, and an exchange
    (4, '2025-05-04T12:00:00', false, true, 'P1', 1, 1000, 1000),
    (4, '2025-05-04T12:00:01', true, true, 'P1', 1, 1000, 1000),
    (5, '2025-05-05T12:00:00', false, true, 'P1', 2, 1000, 1000),
    (5, '2025-05-05T12:00:00', true, true, 'P1', 1, 500, 500),
    (6, '2025-05-06T12:00:00', false, true, 'P1', 1, 1000, 1000),
    (6, '2025-05-06T12:00:00', true, true, 'P1', 1, 1000, 900),
    (7, '2025-05-07T12:00:00', false, true, 'P1', 1, 1000, 1000),
    (7, '2025-05-07T12:00:00', true, true, 'P2', 1, 1000, 1000),
    -- In a currency that nobody wrote
    (11, '2025-05-10T12:00:00', false, true, 'P1', 1, 300, null),
    (11, '2025-05-10T12:00:00', true, true, 'P1', 1, 300, null),
    -- One of the two counts in no order, and the same amounts under two numbers
    (8, '2025-05-08T12:00:00', false, false, 'P1', 1, 1000, 1000),
    (8, '2025-05-08T12:00:00', true, true, 'P1', 1, 1000, 1000),
    (9, '2025-05-09T12:00:00', false, true, 'P1', 1, 1000, 1000),
    (10, '2025-05-09T12:00:00', true, true, 'P1', 1, 1000, 1000)
) as t (transaction_id, ordered_at, is_return, counts, product_id, quantity, list_minor, net_minor)

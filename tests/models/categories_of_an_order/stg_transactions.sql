-- Order 1: the first category twice, and the third. Order 2: no category, and a product nobody knows. Order 3:
-- the 62nd, the 63rd and the last category, which share a bit.
select
    cast(t.transaction_id as bigint) as transaction_id,
    'A' as customer_id,
    arrow_cast('2025-01-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    'web' as channel,
    'S1' as store_id,
    t.product_id,
    cast(1 as bigint) as quantity,
    cast(1000 as bigint) as unit_price_minor,
    cast(0 as bigint) as discount_minor,
    'SEK' as currency,
    cast(1000000 as bigint) as fixed_rate_e6,
    false as is_return
from (
    values (1, 'P1'), (1, 'P1'), (1, 'P3'), (2, 'P0'), (2, 'P99'), (3, 'P62'), (3, 'P63'), (3, 'P70')
) as t (transaction_id, product_id)

-- 200 orders. Two of them name several customers, which a hundredth of all may; the third is a year long.
select
    cast(t.transaction_id as bigint) as transaction_id,
    1 as is_order,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as ordered_at,
    cast(2 as bigint) as lines,
    t.transaction_id not in (1, 2) as customers_agree,
    true as currencies_agree,
    t.transaction_id <> 3 as times_agree,
    t.transaction_id <> 4 as places_agree
from unnest(generate_series(1, 200)) as t (transaction_id)

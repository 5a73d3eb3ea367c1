-- Grain: one row per person with an order.
-- Purpose: recency, frequency and monetary scores, fifths of the persons from 1 (least) to 5. Ties go by person.
select
    int_person_purchases.person_no,
    cast(ntile(5) over (
        order by int_person_purchases.last_purchase_at, int_person_purchases.person_no
    ) as bigint) as r_score,
    cast(ntile(5) over (
        order by int_person_purchases.orders, int_person_purchases.person_no
    ) as bigint) as f_score,
    cast(ntile(5) over (
        order by int_person_purchases.net_ore, int_person_purchases.person_no
    ) as bigint) as m_score
from int_person_purchases
where int_person_purchases.orders > 0

-- Each value is the last one with its score: the cut itself, or one unit below the next cut.
select
    date '2025-12-31' as valuation_date,
    true as is_current,
    25 * r.score + 5 * f.score + m.score - 30 as customer_no,
    r.days_since_purchase,
    f.order_count,
    m.net_minor,
    cast(null as bigint) as later_purchase_days
from (values (1, 366), (2, 181), (3, 180), (4, 31), (5, 30)) as r (score, days_since_purchase)
cross join (values (1, 1), (2, 2), (3, 4), (4, 9), (5, 10)) as f (score, order_count)
cross join (values (1, 0), (2, 49998), (3, 49999), (4, 999999), (5, 1000000)) as m (score, net_minor)

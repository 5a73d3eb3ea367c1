-- Each value is the last one of its score: the cut itself, or one unit short of the next.
select
    25 * r.score + 5 * f.score + m.score - 30 as customer_no,
    r.recency_days,
    f.order_count,
    m.net_minor
from (values (1, 366), (2, 181), (3, 180), (4, 31), (5, 30)) as r (score, recency_days)
cross join (values (1, 1), (2, 2), (3, 4), (4, 9), (5, 10)) as f (score, order_count)
cross join (values (1, 0), (2, 49998), (3, 49999), (4, 999999), (5, 1000000)) as m (score, net_minor)

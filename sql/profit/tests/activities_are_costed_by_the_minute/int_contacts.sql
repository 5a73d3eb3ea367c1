select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    cast(date_trunc('month', cast(t.occurred_date as date)) as date) as month,
    t.channel,
    cast(t.minutes_e2 as bigint) as minutes_e2
from (
    values
    -- 3 minutes x 3.333333 = 9.999999, rounded to 10.00; 0.15 x 3.333333 = 0.49999995, rounded to 0.50
    (1, '2025-01-10', 'phone', 300),
    (2, '2025-01-11', 'phone', 15),
    -- No pool in February: the fixed rate, 6.50
    (1, '2025-02-01', 'phone', 300),
    -- A channel without its own row, and no channel
    (1, '2025-02-01', 'letter', 200),
    (0, '2025-02-01', null, 0)
) as t (customer_no, occurred_date, channel, minutes_e2)

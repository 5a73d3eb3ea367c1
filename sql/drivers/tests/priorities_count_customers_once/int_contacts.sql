select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.occurred_date as date) as occurred_date,
    t.journey,
    t.touchpoint
from (
    values
    (1, '2025-05-01', 'support', 'call'), (1, '2025-06-01', 'support', 'call'), (1, '2025-07-01', 'support', 'chat'),
    (2, '2025-01-01', 'support', 'chat'), (2, '2024-12-31', 'delivery', 'parcel'),
    -- A touchpoint belongs to one journey, whichever journey the contact names; unmatched contacts are not counted
    (3, '2025-03-01', 'transport', 'parcel'), (0, '2025-03-01', 'support', 'call')
) as t (customer_no, occurred_date, journey, touchpoint)

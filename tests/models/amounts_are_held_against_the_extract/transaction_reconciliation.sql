-- The staging model forgets that EUR has minor units; 0.015 of rounding would be within what three lines may differ.
select
    t.currency,
    t.outcome,
    cast(t.lines as bigint) as lines,
    cast(t.amount as decimal(18, 2)) as amount,
    cast(t.gross_amount as decimal(18, 2)) as gross_amount,
    cast(t.net_amount as decimal(18, 2)) as net_amount
from (
    values
    ('SEK', 'order', 1, 100.01, 100.01, 90.00),
    ('SEK', 'return', 1, 100.00, 100.00, -95.00),
    ('EUR', 'left out', 1, 0.50, 5.68, 5.68)
) as t (currency, outcome, lines, amount, gross_amount, net_amount)

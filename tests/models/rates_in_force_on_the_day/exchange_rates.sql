select
    t.currency,
    cast(t.valid_from as date) as valid_from,
    cast(t.rate as decimal(18, 6)) as rate
from (
    values
    ('NOK', '2025-03-01', '0.900000'),
    ('nok ', '2025-04-01', '0.912345'),
    -- After as_of: not known yet
    ('NOK', '2026-01-01', '9.000000')
) as t (currency, valid_from, rate)

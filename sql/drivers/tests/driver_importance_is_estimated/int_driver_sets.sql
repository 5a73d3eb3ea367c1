select
    t.driver_set,
    t.driver_type,
    cast(null as varchar) as journey,
    t.driver,
    cast(t.driver_no as bigint) as driver_no
from (
    values
    ('journeys', 'journey', 'support', 1), ('journeys', 'journey', 'delivery', 2),
    -- Unrelated to the target, a copy of support, constant, with 29 answers, without answers, without a place
    ('journeys', 'journey', 'billing', 3),
    ('journeys', 'journey', 'aftercare', 4),
    ('journeys', 'journey', 'return', 5),
    ('journeys', 'journey', 'trust', 6), ('journeys', 'attitude', 'trust', 14), ('journeys', 'journey', 'web', null)
) as t (driver_set, driver_type, driver, driver_no)

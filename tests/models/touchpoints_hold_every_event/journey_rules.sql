select
    t.journey,
    cast(t.time_out_days as bigint) as time_out_days,
    t.completion
from (
    values ('repair', 10, 'none'), ('delivery', 10, 'none'), ('return', 10, 'none'), ('any', 5, 'none')
) as t (journey, time_out_days, completion)

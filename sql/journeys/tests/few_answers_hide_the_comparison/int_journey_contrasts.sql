select
    t.journey,
    t.population,
    t.metric,
    cast(t.n_1 as bigint) as journeys_1,
    cast(t.n_2 as bigint) as journeys_2,
    cast(t.n_1 as bigint) as n_1,
    cast(t.n_2 as bigint) as n_2,
    cast(t.total_1 as bigint) as total_1,
    cast(t.total_2 as bigint) as total_2,
    cast(t.other_1 as bigint) as other_total_1,
    cast(t.other_2 as bigint) as other_total_2
from (
    values
    -- Three answers of many channels are too few. They also hide those of delivery, the next fewest: the difference
    -- to 'all' would reveal them.
    ('all', 'all', 'csat', 90, 63, 60, 30, 0, 0),
    ('billing', 'all', 'csat', 20, 3, 15, 1, 0, 0),
    ('delivery', 'all', 'csat', 30, 20, 20, 10, 0, 0),
    ('support', 'all', 'csat', 40, 40, 25, 19, 0, 0),
    -- All but two answers are about journeys with several touchpoints, which would reveal the two
    ('support', 'several touchpoints', 'csat', 38, 40, 23, 19, 0, 0),
    -- No answers about many channels: nothing to hide, nothing to compare
    ('delivery', 'all', 'ces', 10, 0, 5, 0, 0, 0),
    -- Eight answers of four persons
    ('billing', 'all', 'ces', 8, 12, 5, 6, 0, 0),
    ('support', 'all', 'ces', 30, 20, 15, 10, 0, 0),
    -- Net scores: 20 and 10 of 50 against 5 and 15 of 50; one channel as in the published example
    ('delivery', 'all', 'nps', 50, 50, 20, 5, 10, 15),
    -- Hours: 1.0 and 3.0 against 2.0, 4.0 and so on, in tenths
    ('delivery', 'all', 'duration_hours', 6, 6, 120, 180, 3000, 6000)
) as t (journey, population, metric, n_1, n_2, total_1, total_2, other_1, other_2)

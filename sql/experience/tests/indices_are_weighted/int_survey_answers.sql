select
    cast(t.response_id as bigint) as response_id,
    t.satisfaction,
    t.expectation,
    t.ideal,
    t.trust,
    t.emotion
from (
    values
    -- All 10 is 100, all 1 is 0
    (1, 10, 10, 10, 10, null), (2, 1, 1, 1, 1, null),
    -- (2 x 7 + 1.5 x 4 + 0.5 x 1) / 4 / 9 = 20.5 / 36
    (3, 8, 5, 2, null, 3),
    -- An item is missing: not in the index
    (4, 8, 5, null, 4, null)
) as t (response_id, satisfaction, expectation, ideal, trust, emotion)

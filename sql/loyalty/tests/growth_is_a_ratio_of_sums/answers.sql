select
    cast(t.no as bigint) as no,
    cast(t.score as bigint) as score,
    cast(t.before_minor as bigint) as before_minor,
    cast(t.after_minor as bigint) as after_minor,
    t.is_buyer,
    t.is_established
from (
    values
    (1, 1, 10000, 8000, true, true),
    (2, 1, 10000, 7000, true, true),
    (3, 3, 10000, 9000, true, true),
    (4, 3, 10000, 11000, true, true),
    (5, 3, 10000, 10000, true, true),
    (6, 3, 10000, 8000, true, true),
    (7, 3, 0, 2000, true, true),
    (8, 5, 20000, 24000, true, true),
    (9, 5, 10000, 11000, true, true),
    (10, 5, 10000, 12000, true, true),
    (11, 5, 10000, 5000, true, true),
    (12, 5, 0, -1000, true, true),
    (13, 5, 10000, 21000, true, false),
    (14, 5, 0, 99000, false, false),
    (15, 2, 5000, 0, true, false),
    (16, 2, 7000, 0, true, false),
    (17, 4, 10000, 0, true, true),
    (18, 4, 10000, 0, true, true),
    (19, 4, 10000, 2000, true, true),
    (20, 4, 10000, 0, true, true),
    (21, 4, 10000, 0, true, true),
    (22, 4, 10000, 0, true, true)
) as t (no, score, before_minor, after_minor, is_buyer, is_established)

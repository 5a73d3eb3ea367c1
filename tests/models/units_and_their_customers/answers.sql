-- How many answers about contacts in each store. S3 is not in the employee survey. In January its two are hidden, and
-- with them the next smallest: S1, with five. Nps has one answer less: in February the four of S2 are hidden, and with
-- them those of S1.
with counts as (

    select
        t.store_id,
        t.month,
        cast(t.answers as bigint) as answers,
        cast(t.satisfied as bigint) as satisfied
    from (
        values
        ('S1', '2025-01-01', 5, 4), ('S2', '2025-01-01', 6, 3), ('S3', '2025-01-01', 2, 2),
        ('S1', '2025-02-01', 8, 6), ('S2', '2025-02-01', 5, 5)
    ) as t (store_id, month, answers, satisfied)

)

select
    counts.store_id,
    counts.month,
    counts.satisfied,
    unnest(range(1, counts.answers + 1)) as no
from counts

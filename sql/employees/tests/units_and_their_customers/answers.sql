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

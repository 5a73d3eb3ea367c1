with stays as (

    select
        cast(t.customer_no as bigint) as customer_no,
        t.stage,
        cast(arrow_cast(t.entered_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at
    from (
        values
        -- Discovery of May: one bought directly, one after a detour by at_risk, one 90 days later to the second, one a
        -- second too late, one went at risk, one is still there
        (1, 'discovery', '2025-05-02T12:00:00'), (1, 'purchase', '2025-06-02T12:00:00'),
        (2, 'discovery', '2025-05-02T12:00:00'), (2, 'at_risk', '2025-05-12T12:00:00'),
        (2, 'use', '2025-06-12T12:00:00'),
        (3, 'discovery', '2025-05-02T12:00:00'), (3, 'attraction', '2025-07-31T12:00:00'),
        (4, 'discovery', '2025-05-02T12:00:00'), (4, 'attraction', '2025-07-31T12:00:01'),
        (5, 'discovery', '2025-05-02T12:00:00'), (5, 'at_risk', '2025-06-12T12:00:00'),
        (5, 'lapsed', '2025-12-01T12:00:00'),
        (6, 'discovery', '2025-05-02T12:00:00'),
        -- Advocacy of May: back to cultivation, still there, silent. Nothing comes after advocacy
        (7, 'advocacy', '2025-05-02T12:00:00'), (7, 'cultivation', '2025-06-02T12:00:00'),
        (8, 'advocacy', '2025-05-02T12:00:00'),
        (9, 'advocacy', '2025-05-02T12:00:00'), (9, 'cultivation', '2025-05-12T12:00:00'),
        (9, 'lapsed', '2025-06-12T12:00:00'),
        -- Lapsed: won back. Won back ends with its window, which says nothing
        (10, 'lapsed', '2025-05-02T12:00:00'), (10, 'won_back', '2025-05-12T12:00:00'),
        (10, 'cultivation', '2025-08-10T12:00:00'),
        -- September is over for 92 days at the end of the year, October for 61
        (11, 'discovery', '2025-09-30T12:00:00'), (11, 'purchase', '2025-10-01T12:00:00'),
        -- October in the zone of the pipeline
        (12, 'discovery', '2025-09-30T22:30:00')
    ) as t (customer_no, stage, entered_at)

),

linked as (

    select
        stays.customer_no,
        stays.stage,
        coalesce(lag(stays.stage) over (partition by stays.customer_no order by stays.entered_at), 'none')
            as previous_stage,
        stays.entered_at,
        lead(stays.entered_at) over (partition by stays.customer_no order by stays.entered_at) as left_at
    from stays

)

select
    linked.customer_no,
    linked.stage,
    linked.previous_stage,
    linked.entered_at,
    linked.left_at
from linked

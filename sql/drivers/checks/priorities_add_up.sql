-- Returns the levels and segments whose priority scores do not add up to 100 within 10^-9 or whose ranks are not 1 to
-- n, and the items whose customers or expected margin in segment all differ from the sum of the segments.

with segments as (

    select
        cx_priorities.level,
        cx_priorities.segment,
        sum(cx_priorities.priority_score) as priority_score,
        count(cx_priorities.quadrant) as items,
        count(cx_priorities.priority_rank) as ranks,
        count(distinct cx_priorities.priority_rank) as different_ranks,
        coalesce(max(cx_priorities.priority_rank), 0) as last_rank
    from cx_priorities
    group by
        cx_priorities.level,
        cx_priorities.segment

),

items as (

    select
        cx_priorities.level,
        cx_priorities.item,
        sum(case when cx_priorities.segment = 'all' then cx_priorities.customers_affected else 0 end) as customers,
        sum(case when cx_priorities.segment <> 'all' then cx_priorities.customers_affected else 0 end)
            as segment_customers,
        sum(case when cx_priorities.segment = 'all' then cx_priorities.expected_margin_12m else 0 end) as margin,
        sum(case when cx_priorities.segment <> 'all' then cx_priorities.expected_margin_12m else 0 end)
            as segment_margin
    from cx_priorities
    group by
        cx_priorities.level,
        cx_priorities.item

)

select
    segments.level,
    segments.segment as of,
    'scores or ranks' as what,
    cast(segments.priority_score as varchar) as expected,
    concat(
        cast(segments.items as varchar), ' items, ',
        cast(segments.ranks as varchar), ' ranks, ',
        cast(segments.different_ranks as varchar), ' different, last ',
        cast(segments.last_rank as varchar)
    ) as found
from segments
where
    abs(segments.priority_score - 100) > 0.000000001
    or segments.items <> segments.ranks
    or segments.ranks <> segments.different_ranks
    or segments.ranks <> segments.last_rank

union all

select
    items.level,
    items.item as of,
    'customers or margin' as what,
    concat(cast(items.customers as varchar), ' customers, ', cast(items.margin as varchar)) as expected,
    concat(cast(items.segment_customers as varchar), ' customers, ', cast(items.segment_margin as varchar)) as found
from items
where
    items.customers <> items.segment_customers
    or items.margin <> items.segment_margin

with months as (

    select cast(unnest(range(0, 24)) as bigint) as month

),

sums as (

    select
        segments.segment,
        12 * 2024 + months.month as month_no,
        case when segments.segment = 'low' and months.month = 13 then 3 else 10 end as responses
    from months
    cross join (
        select 'high' as segment

        union all

        select 'low' as segment
    ) as segments

)

select
    'segments of relationship' as family,
    'relationship' as level,
    'all' as item,
    sums.segment,
    'relationship' as parent_level,
    'all' as parent_item,
    'nps' as metric,
    sums.month_no,
    cast(null as bigint) as previous_month_no,
    cast(sums.responses as bigint) as responses,
    cast(sums.responses as bigint) as persons,
    cast(27720 * sums.responses as bigint) as person_parts_of_quarter,
    cast(27720 * sums.responses as bigint) as person_parts_of_half,
    cast(27720 * sums.responses as bigint) as person_parts_of_year,
    cast(2 as bigint) as sum_1,
    cast(1 as bigint) as sum_2
from sums

union all

select
    'relationship' as family,
    'relationship' as level,
    'all' as item,
    'all' as segment,
    'none' as parent_level,
    'none' as parent_item,
    'nps' as metric,
    sums.month_no,
    cast(null as bigint) as previous_month_no,
    cast(sum(sums.responses) as bigint) as responses,
    cast(sum(sums.responses) as bigint) as persons,
    cast(27720 * sum(sums.responses) as bigint) as person_parts_of_quarter,
    cast(27720 * sum(sums.responses) as bigint) as person_parts_of_half,
    cast(27720 * sum(sums.responses) as bigint) as person_parts_of_year,
    cast(4 as bigint) as sum_1,
    cast(2 as bigint) as sum_2
from sums
group by sums.month_no

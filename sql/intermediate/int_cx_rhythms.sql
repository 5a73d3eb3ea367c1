-- Grain: one row per series and quarter of each calendar year in which the series has an answer.
-- How often a series is told: by month, or only up to the ends of quarters, half-years or years
-- (rhythm_months 1, 3, 6, 12), or not at all in the year (is_hidden). A series is never told more often than
-- its parent, else the parent were the sum of what is told.

with quarters_of_year as (

    select cast(unnest(range(0, 4)) as bigint) as quarter

),

hidden as (

    select
        parts.level,
        parts.item,
        parts.segment,
        parts.metric,
        parts.year_no,
        bool_or(parts.is_hidden) as is_hidden
    from (
        select
            int_cx_years.level,
            int_cx_years.item,
            int_cx_years.segment,
            int_cx_years.metric,
            int_cx_years.year_no,
            int_cx_years.is_hidden
        from int_cx_years

        union all

        select
            int_cx_halves.level,
            int_cx_halves.item,
            int_cx_halves.segment,
            int_cx_halves.metric,
            int_cx_halves.half_no / 2 as year_no,
            int_cx_halves.is_hidden
        from int_cx_halves

        union all

        select
            int_cx_quarters.level,
            int_cx_quarters.item,
            int_cx_quarters.segment,
            int_cx_quarters.metric,
            int_cx_quarters.quarter_no / 4 as year_no,
            int_cx_quarters.is_hidden
        from int_cx_quarters
    ) as parts
    group by
        parts.level,
        parts.item,
        parts.segment,
        parts.metric,
        parts.year_no

),

own as (

    select
        int_cx_years.level,
        int_cx_years.item,
        int_cx_years.segment,
        int_cx_years.parent_level,
        int_cx_years.parent_item,
        int_cx_years.metric,
        4 * int_cx_years.year_no + quarters_of_year.quarter as quarter_no,
        hidden.is_hidden,
        case
            when int_cx_years.is_undivided then 12
            when int_cx_halves.is_undivided then 6
            when int_cx_quarters.is_undivided then 3
            else 1
        end as rhythm_months
    from int_cx_years
    cross join quarters_of_year
    inner join hidden
        on
            int_cx_years.level = hidden.level
            and int_cx_years.item = hidden.item
            and int_cx_years.segment = hidden.segment
            and int_cx_years.metric = hidden.metric
            and int_cx_years.year_no = hidden.year_no
    left join int_cx_halves
        on
            int_cx_years.level = int_cx_halves.level
            and int_cx_years.item = int_cx_halves.item
            and int_cx_years.segment = int_cx_halves.segment
            and int_cx_years.metric = int_cx_halves.metric
            and 2 * int_cx_years.year_no + quarters_of_year.quarter / 2 = int_cx_halves.half_no
    left join int_cx_quarters
        on
            int_cx_years.level = int_cx_quarters.level
            and int_cx_years.item = int_cx_quarters.item
            and int_cx_years.segment = int_cx_quarters.segment
            and int_cx_years.metric = int_cx_quarters.metric
            and 4 * int_cx_years.year_no + quarters_of_year.quarter = int_cx_quarters.quarter_no

),

with_parent as (

    select
        own.level,
        own.item,
        own.segment,
        own.parent_level,
        own.parent_item,
        own.metric,
        own.quarter_no,
        own.is_hidden or coalesce(parents.is_hidden, false) as is_hidden,
        greatest(own.rhythm_months, coalesce(parents.rhythm_months, 1)) as rhythm_months
    from own
    left join own as parents
        on
            own.parent_level = parents.level
            and own.parent_item = parents.item
            and parents.segment = 'all'
            and own.metric = parents.metric
            and own.quarter_no = parents.quarter_no

)

-- Once more: the touchpoints of a journey have a parent with a parent.
select
    with_parent.level,
    with_parent.item,
    with_parent.segment,
    with_parent.metric,
    with_parent.quarter_no,
    with_parent.is_hidden or coalesce(parents.is_hidden, false) as is_hidden,
    greatest(with_parent.rhythm_months, coalesce(parents.rhythm_months, 1)) as rhythm_months
from with_parent
left join with_parent as parents
    on
        with_parent.parent_level = parents.level
        and with_parent.parent_item = parents.item
        and parents.segment = 'all'
        and with_parent.metric = parents.metric
        and with_parent.quarter_no = parents.quarter_no

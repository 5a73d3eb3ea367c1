-- Grain: one row per series and calendar quarter with an answer.
-- Which series are told for the whole quarter only (is_undivided), or not even for that: a month has too few
-- answers, or the series goes with one that has. As int_cx_years, two steps finer.

with sums as (

    select
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no / 3 as quarter_no,
        sum(int_cx_sums.responses) as responses,
        sum(case when int_cx_sums.month_no % 3 = 0 then int_cx_sums.responses else 0 end) as part_1,
        sum(case when int_cx_sums.month_no % 3 = 1 then int_cx_sums.responses else 0 end) as part_2,
        sum(case when int_cx_sums.month_no % 3 = 2 then int_cx_sums.responses else 0 end) as part_3
    from int_cx_sums
    group by
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no / 3

),

around as (

    -- The half-year, or the year where that is not divided either.
    select
        int_cx_halves.level,
        int_cx_halves.item,
        int_cx_halves.segment,
        int_cx_halves.metric,
        int_cx_halves.half_no,
        int_cx_halves.is_hidden,
        int_cx_halves.is_undivided,
        int_cx_halves.around_responses as responses
    from int_cx_halves

),

placed as (

    select
        sums.family,
        sums.level,
        sums.item,
        sums.segment,
        sums.parent_level,
        sums.parent_item,
        sums.metric,
        sums.quarter_no,
        sums.responses,
        sums.part_1,
        sums.part_2,
        sums.part_3,
        around.is_hidden,
        around.is_undivided,
        -- Free: nothing is told of the series for just this time.
        around.is_hidden or (around.is_undivided and around.responses > sums.responses) as is_free,
        around.is_undivided
        or (sums.part_1 > 0 and sums.part_1 < $suppression_limit)
        or (sums.part_2 > 0 and sums.part_2 < $suppression_limit)
        or (sums.part_3 > 0 and sums.part_3 < $suppression_limit) as is_small
    from sums
    inner join around
        on
            sums.level = around.level
            and sums.item = around.item
            and sums.segment = around.segment
            and sums.metric = around.metric
            and sums.quarter_no / 2 = around.half_no

),

members as (

    select
        placed.family,
        placed.level,
        placed.item,
        placed.segment,
        placed.parent_level,
        placed.parent_item,
        placed.metric,
        placed.quarter_no,
        placed.responses,
        placed.part_1,
        placed.part_2,
        placed.part_3,
        placed.is_hidden,
        placed.is_free,
        placed.is_small or coalesce(parents.is_small, false) as is_undivided,
        coalesce(parents.is_small, false) as is_parent_undivided,
        (placed.is_small or coalesce(parents.is_small, false))
        and (
            placed.is_free
            or case when placed.part_1 > 0 then 1 else 0 end
            + case when placed.part_2 > 0 then 1 else 0 end
            + case when placed.part_3 > 0 then 1 else 0 end >= 2
        ) as is_open
    from placed
    left join placed as parents
        on
            placed.parent_level = parents.level
            and placed.parent_item = parents.item
            and parents.segment = 'all'
            and placed.metric = parents.metric
            and placed.quarter_no = parents.quarter_no

),

families as (

    -- What is known of the hidden members of a family together: the parent's figure for each part, less the
    -- members shown. Rows are hidden members, columns the parts, links members with answers in two parts.
    select
        members.family,
        members.metric,
        members.quarter_no,
        bool_or(members.is_undivided) as has_undivided,
        bool_and(members.is_hidden) as is_all_hidden,
        bool_or(members.is_parent_undivided or members.parent_level = 'none') as is_without_total,
        sum(members.part_1) as family_1,
        sum(members.part_2) as family_2,
        sum(members.part_3) as family_3,
        sum(case when members.is_open then members.part_1 else 0 end) as open_1,
        count(case when members.is_open and members.part_1 > 0 then 1 end) as rows_1,
        count(case when members.is_open and members.is_free and members.part_1 > 0 then 1 end) as free_1,
        sum(case when members.is_open then members.part_2 else 0 end) as open_2,
        count(case when members.is_open and members.part_2 > 0 then 1 end) as rows_2,
        count(case when members.is_open and members.is_free and members.part_2 > 0 then 1 end) as free_2,
        sum(case when members.is_open then members.part_3 else 0 end) as open_3,
        count(case when members.is_open and members.part_3 > 0 then 1 end) as rows_3,
        count(case when members.is_open and members.is_free and members.part_3 > 0 then 1 end) as free_3,
        count(case when members.is_open and members.part_1 > 0 and members.part_2 > 0 then 1 end) as links_12,
        count(case when members.is_open and members.part_1 > 0 and members.part_3 > 0 then 1 end) as links_13,
        count(case when members.is_open and members.part_2 > 0 and members.part_3 > 0 then 1 end) as links_23,
        count(case when members.is_open and members.is_free then 1 end) as free_rows
    from members
    group by
        members.family,
        members.metric,
        members.quarter_no

),

judged as (

    -- Safe: in each part two hidden members or more with enough answers together, and the parts tied to one
    -- another by two members each, or each to the time around it by two members that are free there: then
    -- every hidden figure is on a circle of hidden figures, and none follows from the totals.
    select
        families.family,
        families.metric,
        families.quarter_no,
        not families.has_undivided
        or families.is_all_hidden
        or families.is_without_total
        or (
            (families.open_1 = 0 or (families.open_1 >= $suppression_limit and families.rows_1 >= 2))
            and (families.open_2 = 0 or (families.open_2 >= $suppression_limit and families.rows_2 >= 2))
            and (families.open_3 = 0 or (families.open_3 >= $suppression_limit and families.rows_3 >= 2))
            and (
                (
                    families.free_rows <> 1
                    and case when families.links_12 >= 2 then 1 else 0 end
                    + case when families.links_13 >= 2 then 1 else 0 end
                    + case when families.links_23 >= 2 then 1 else 0 end
                    >= case when families.open_1 > 0 then 1 else 0 end
                    + case when families.open_2 > 0 then 1 else 0 end
                    + case when families.open_3 > 0 then 1 else 0 end - 1
                )
                or (
                    (families.open_1 = 0 or families.free_1 >= 2)
                    and (families.open_2 = 0 or families.free_2 >= 2)
                    and (families.open_3 = 0 or families.free_3 >= 2)
                )
            )
        ) as is_safe
    from families

),

covering as (

    select
        members.family,
        members.level,
        members.item,
        members.segment,
        members.parent_level,
        members.parent_item,
        members.metric,
        members.quarter_no,
        members.responses,
        members.is_undivided,
        members.is_open,
        judged.is_safe,
        (families.family_1 = 0 or members.part_1 > 0)
        and (families.family_2 = 0 or members.part_2 > 0)
        and (families.family_3 = 0 or members.part_3 > 0) as is_cover
    from members
    inner join families
        on
            members.family = families.family
            and members.metric = families.metric
            and members.quarter_no = families.quarter_no
    inner join judged
        on
            members.family = judged.family
            and members.metric = judged.metric
            and members.quarter_no = judged.quarter_no

),

ranked as (

    select
        covering.family,
        covering.level,
        covering.item,
        covering.segment,
        covering.parent_level,
        covering.parent_item,
        covering.metric,
        covering.quarter_no,
        covering.is_safe,
        not covering.is_undivided and covering.is_cover as is_candidate,
        count(case when not covering.is_undivided and covering.is_cover then 1 end) over (
            partition by covering.family, covering.metric, covering.quarter_no
        ) as candidates,
        greatest(
            1,
            2 - count(case when covering.is_open and covering.is_cover then 1 end) over (
                partition by covering.family, covering.metric, covering.quarter_no
            )
        ) as needed,
        row_number() over (
            partition by
                covering.family, covering.metric, covering.quarter_no,
                not covering.is_undivided and covering.is_cover
            order by covering.responses, covering.item, covering.segment
        ) as size_rank
    from covering

)

select
    members.family,
    members.level,
    members.item,
    members.segment,
    members.parent_level,
    members.parent_item,
    members.metric,
    members.quarter_no,
    members.is_hidden or (not ranked.is_safe and ranked.candidates < ranked.needed) as is_hidden,
    members.is_undivided
    or (not ranked.is_safe and ranked.is_candidate and ranked.size_rank <= ranked.needed)
    or (not ranked.is_safe and ranked.candidates < ranked.needed) as is_undivided
from members
inner join ranked
    on
        members.level = ranked.level
        and members.item = ranked.item
        and members.segment = ranked.segment
        and members.metric = ranked.metric
        and members.quarter_no = ranked.quarter_no

-- Grain: one row per series and calendar half-year with an answer.
-- Which series are told for the whole half-year only (is_undivided), or not even for that: a quarter has too
-- few answers, or the series goes with one that has. As int_cx_years, one step finer.

with sums as (

    select
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no / 6 as half_no,
        sum(int_cx_sums.responses) as responses,
        sum(
            case
                when
                    int_cx_sums.month_no % 6 / 3 = 0
                    and 3 * (int_cx_sums.month_no / 3) + 2 <= 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
                    then int_cx_sums.responses
                else 0
            end
        ) as part_1,
        sum(
            case
                when
                    int_cx_sums.month_no % 6 / 3 = 1
                    and 3 * (int_cx_sums.month_no / 3) + 2 <= 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
                    then int_cx_sums.responses
                else 0
            end
        ) as part_2
    from int_cx_sums
    group by
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no / 6

),

around as (

    select
        int_cx_years.level,
        int_cx_years.item,
        int_cx_years.segment,
        int_cx_years.metric,
        int_cx_years.year_no,
        int_cx_years.is_hidden,
        int_cx_years.is_undivided,
        sum(sums.responses) as responses
    from int_cx_years
    inner join sums
        on
            int_cx_years.level = sums.level
            and int_cx_years.item = sums.item
            and int_cx_years.segment = sums.segment
            and int_cx_years.metric = sums.metric
            and int_cx_years.year_no = sums.half_no / 2
    group by
        int_cx_years.level,
        int_cx_years.item,
        int_cx_years.segment,
        int_cx_years.metric,
        int_cx_years.year_no,
        int_cx_years.is_hidden,
        int_cx_years.is_undivided

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
        sums.half_no,
        sums.responses,
        sums.part_1,
        sums.part_2,
        around.is_hidden,
        around.is_undivided,
        case when around.is_undivided then around.responses else sums.responses end as around_responses,
        -- Free: nothing is told of the series for just this time.
        around.is_hidden or (around.is_undivided and around.responses > sums.responses) as is_free,
        around.is_undivided
        or (sums.part_1 > 0 and sums.part_1 < $suppression_limit)
        or (sums.part_2 > 0 and sums.part_2 < $suppression_limit) as is_small
    from sums
    inner join around
        on
            sums.level = around.level
            and sums.item = around.item
            and sums.segment = around.segment
            and sums.metric = around.metric
            and sums.half_no / 2 = around.year_no

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
        placed.half_no,
        placed.responses,
        placed.part_1,
        placed.part_2,
        placed.is_hidden,
        placed.around_responses,
        placed.is_free,
        placed.is_small or coalesce(parents.is_small, false) as is_undivided,
        coalesce(parents.is_small, false) as is_parent_undivided,
        (placed.is_small or coalesce(parents.is_small, false))
        and (
            placed.is_free
            or case when placed.part_1 > 0 then 1 else 0 end
            + case when placed.part_2 > 0 then 1 else 0 end >= 2
        ) as is_open
    from placed
    left join placed as parents
        on
            placed.parent_level = parents.level
            and placed.parent_item = parents.item
            and parents.segment = 'all'
            and placed.metric = parents.metric
            and placed.half_no = parents.half_no

),

families as (

    -- What is known of the hidden members of a family together: the parent's figure for each part, less the
    -- members shown. Rows are hidden members, columns the parts, links members with answers in two parts.
    select
        members.family,
        members.metric,
        members.half_no,
        bool_or(members.is_undivided) as has_undivided,
        bool_and(members.is_hidden) as is_all_hidden,
        bool_or(members.is_parent_undivided or members.parent_level = 'none') as is_without_total,
        sum(members.part_1) as family_1,
        sum(members.part_2) as family_2,
        sum(case when members.is_open then members.part_1 else 0 end) as open_1,
        count(case when members.is_open and members.part_1 > 0 then 1 end) as rows_1,
        count(case when members.is_open and members.is_free and members.part_1 > 0 then 1 end) as free_1,
        sum(case when members.is_open then members.part_2 else 0 end) as open_2,
        count(case when members.is_open and members.part_2 > 0 then 1 end) as rows_2,
        count(case when members.is_open and members.is_free and members.part_2 > 0 then 1 end) as free_2,
        count(case when members.is_open and members.part_1 > 0 and members.part_2 > 0 then 1 end) as links_12,
        count(case when members.is_open and members.is_free then 1 end) as free_rows
    from members
    group by
        members.family,
        members.metric,
        members.half_no

),

judged as (

    -- Safe: in each part two hidden members or more with enough answers together, and the parts tied to one
    -- another by two members each, or each to the time around it by two members that are free there: then
    -- every hidden figure is on a circle of hidden figures, and none follows from the totals.
    select
        families.family,
        families.metric,
        families.half_no,
        not families.has_undivided
        or families.is_all_hidden
        or families.is_without_total
        or (
            (families.open_1 = 0 or (families.open_1 >= $suppression_limit and families.rows_1 >= 2))
            and (families.open_2 = 0 or (families.open_2 >= $suppression_limit and families.rows_2 >= 2))
            and (
                (
                    families.free_rows <> 1
                    and case when families.links_12 >= 2 then 1 else 0 end
                    >= case when families.open_1 > 0 then 1 else 0 end
                    + case when families.open_2 > 0 then 1 else 0 end - 1
                )
                or (
                    (families.open_1 = 0 or families.free_1 >= 2)
                    and (families.open_2 = 0 or families.free_2 >= 2)
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
        members.half_no,
        members.responses,
        members.is_undivided,
        members.is_open,
        judged.is_safe,
        (families.family_1 = 0 or members.part_1 > 0)
        and (families.family_2 = 0 or members.part_2 > 0) as is_cover
    from members
    inner join families
        on
            members.family = families.family
            and members.metric = families.metric
            and members.half_no = families.half_no
    inner join judged
        on
            members.family = judged.family
            and members.metric = judged.metric
            and members.half_no = judged.half_no

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
        covering.half_no,
        covering.is_safe,
        not covering.is_undivided and covering.is_cover as is_candidate,
        count(case when not covering.is_undivided and covering.is_cover then 1 end) over (
            partition by covering.family, covering.metric, covering.half_no
        ) as candidates,
        greatest(
            1,
            2 - count(case when covering.is_open and covering.is_cover then 1 end) over (
                partition by covering.family, covering.metric, covering.half_no
            )
        ) as needed,
        row_number() over (
            partition by
                covering.family, covering.metric, covering.half_no,
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
    members.half_no,
    members.around_responses,
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
        and members.half_no = ranked.half_no

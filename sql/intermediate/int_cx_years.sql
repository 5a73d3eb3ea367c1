-- Grain: one row per series and calendar year with an answer.
-- Which series are hidden in a year (is_hidden: fewer than $suppression_limit answers in it), and which are told
-- for the whole of it only (is_undivided: a half-year has too few). Where the others would give such a
-- series away, total less shown, the smallest others that cover the same time go with it. Halves that are not
-- over by as_of are not judged: nothing is told of them as halves.

with sums as (

    select
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no / 12 as year_no,
        sum(int_cx_sums.responses) as responses,
        sum(
            case
                when
                    int_cx_sums.month_no % 12 < 6
                    and 6 * (int_cx_sums.month_no / 6) + 5 <= 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
                    then int_cx_sums.responses
                else 0
            end
        ) as part_1,
        sum(
            case
                when
                    int_cx_sums.month_no % 12 >= 6
                    and 6 * (int_cx_sums.month_no / 6) + 5 <= 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
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
        int_cx_sums.month_no / 12

),

sized as (

    select
        sums.family,
        sums.level,
        sums.item,
        sums.segment,
        sums.parent_level,
        sums.parent_item,
        sums.metric,
        sums.year_no,
        sums.responses,
        sums.part_1,
        sums.part_2,
        sum(case when sums.responses < $suppression_limit then 1 else 0 end) over (
            partition by sums.family, sums.metric, sums.year_no
        ) as small_series,
        sum(case when sums.responses < $suppression_limit then sums.responses else 0 end) over (
            partition by sums.family, sums.metric, sums.year_no
        ) as small_responses,
        row_number() over (
            partition by sums.family, sums.metric, sums.year_no, sums.responses < $suppression_limit
            order by sums.responses, sums.item, sums.segment
        ) as size_rank
    from sums

),

hidden as (

    -- One series hidden alone, or several with few answers together, are total less shown: the smallest
    -- other series goes with them.
    select
        sized.family,
        sized.level,
        sized.item,
        sized.segment,
        sized.parent_level,
        sized.parent_item,
        sized.metric,
        sized.year_no,
        sized.responses,
        sized.part_1,
        sized.part_2,
        sized.responses < $suppression_limit
        or (
            sized.small_series > 0
            and (sized.small_series = 1 or sized.small_responses < $suppression_limit)
            and sized.size_rank = 1
        ) as is_hidden,
        sized.responses < $suppression_limit
        or (sized.part_1 > 0 and sized.part_1 < $suppression_limit)
        or (sized.part_2 > 0 and sized.part_2 < $suppression_limit) as is_small
    from sized

),

members as (

    select
        hidden.family,
        hidden.level,
        hidden.item,
        hidden.segment,
        hidden.parent_level,
        hidden.parent_item,
        hidden.metric,
        hidden.year_no,
        hidden.responses,
        hidden.part_1,
        hidden.part_2,
        hidden.is_hidden or coalesce(parents.is_hidden, false) as is_hidden,
        hidden.is_hidden
        or hidden.is_small
        or coalesce(parents.is_hidden or parents.is_small, false) as is_undivided,
        hidden.is_hidden or coalesce(parents.is_hidden, false) as is_free,
        coalesce(parents.is_hidden or parents.is_small, false) as is_parent_undivided,
        hidden.is_hidden
        or coalesce(parents.is_hidden, false)
        or (
            (hidden.is_small or coalesce(parents.is_small, false))
            and hidden.part_1 > 0
            and hidden.part_2 > 0
        ) as is_open
    from hidden
    left join hidden as parents
        on
            hidden.parent_level = parents.level
            and hidden.parent_item = parents.item
            and parents.segment = 'all'
            and hidden.metric = parents.metric
            and hidden.year_no = parents.year_no

),

families as (

    -- What is known of the hidden members of a family together: the parent's figure for each part, less the
    -- members shown. Rows are hidden members, columns the parts, links members with answers in two parts.
    select
        members.family,
        members.metric,
        members.year_no,
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
        members.year_no

),

judged as (

    -- Safe: in each part two hidden members or more with enough answers together, and the parts tied to one
    -- another by two members each, or each to the time around it by two members that are free there: then
    -- every hidden figure is on a circle of hidden figures, and none follows from the totals.
    select
        families.family,
        families.metric,
        families.year_no,
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
        members.year_no,
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
            and members.year_no = families.year_no
    inner join judged
        on
            members.family = judged.family
            and members.metric = judged.metric
            and members.year_no = judged.year_no

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
        covering.year_no,
        covering.is_safe,
        not covering.is_undivided and covering.is_cover as is_candidate,
        count(case when not covering.is_undivided and covering.is_cover then 1 end) over (
            partition by covering.family, covering.metric, covering.year_no
        ) as candidates,
        greatest(
            1,
            2 - count(case when covering.is_open and covering.is_cover then 1 end) over (
                partition by covering.family, covering.metric, covering.year_no
            )
        ) as needed,
        row_number() over (
            partition by
                covering.family, covering.metric, covering.year_no,
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
    members.year_no,
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
        and members.year_no = ranked.year_no

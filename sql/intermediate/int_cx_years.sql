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

judged as (

    select
        members.family,
        members.level,
        members.item,
        members.segment,
        members.parent_level,
        members.parent_item,
        members.metric,
        members.year_no,
        members.is_hidden,
        members.is_undivided,
        complementary_suppression(
            members.is_undivided,
            members.is_hidden,
            members.is_open,
            members.is_free,
            members.is_parent_undivided or members.parent_level = 'none',
            make_array(members.part_1, members.part_2),
            $suppression_limit
        ) over (
            partition by members.family, members.metric, members.year_no
            order by members.responses, members.item, members.segment
        ) as verdict
    from members

)

select
    judged.family,
    judged.level,
    judged.item,
    judged.segment,
    judged.parent_level,
    judged.parent_item,
    judged.metric,
    judged.year_no,
    judged.is_hidden or judged.verdict = 'hidden' as is_hidden,
    judged.is_undivided or judged.verdict <> 'kept' as is_undivided
from judged

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

judged as (

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
            partition by members.family, members.metric, members.half_no
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
    judged.half_no,
    judged.around_responses,
    judged.is_hidden or judged.verdict = 'hidden' as is_hidden,
    judged.is_undivided or judged.verdict <> 'kept' as is_undivided
from judged

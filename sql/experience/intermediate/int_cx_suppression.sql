-- Grain: one row per period, last month and series.
-- Which figures are hidden, and why: those of fewer than $suppression_limit persons, and those from which such a figure
-- could be computed. docs/measures.md has the rules; cell_suppression applies them to all series of a metric together,
-- by sizes that can be added up (int_cx_sizes). Judged alone, as a family of its own without a parent, a series is
-- hidden for its own persons or for its rhythm; what else is hidden protects other series.

with sized as (

    select
        int_cx_cells.period,
        int_cx_cells.month_no,
        int_cx_cells.family,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.segment,
        int_cx_cells.parent_level,
        int_cx_cells.parent_item,
        int_cx_cells.metric,
        int_cx_cells.persons < $suppression_limit as has_few_persons,
        -- More persons than any limit need not be counted.
        least(coalesce(int_cx_sizes.person_parts, 27720 * int_cx_cells.persons), 4000000000) as size
    from int_cx_cells
    left join int_cx_sizes
        on
            int_cx_cells.period = 'month'
            and int_cx_cells.level = int_cx_sizes.level
            and int_cx_cells.item = int_cx_sizes.item
            and int_cx_cells.segment = int_cx_sizes.segment
            and int_cx_cells.metric = int_cx_sizes.metric
            and int_cx_cells.month_no = int_cx_sizes.month_no

),

judged as (

    select
        sized.period,
        sized.month_no,
        sized.level,
        sized.item,
        sized.segment,
        sized.metric,
        sized.has_few_persons,
        cell_suppression(
            concat_ws(' / ', sized.level, sized.item, sized.segment),
            make_array(sized.level, sized.item, sized.segment),
            null,
            case sized.period when 'month' then 1 else 12 end,
            sized.month_no,
            sized.size,
            27720 * $suppression_limit,
            12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
        ) over (partition by sized.metric) as is_hidden_alone,
        cell_suppression(
            sized.family,
            make_array(sized.level, sized.item, sized.segment),
            case
                when sized.parent_level <> 'none' then make_array(sized.parent_level, sized.parent_item, 'all')
            end,
            case sized.period when 'month' then 1 else 12 end,
            sized.month_no,
            sized.size,
            27720 * $suppression_limit,
            12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
        ) over (partition by sized.metric) as is_hidden
    from sized

)

select
    judged.period,
    judged.month_no,
    judged.level,
    judged.item,
    judged.segment,
    judged.metric,
    judged.is_hidden or judged.has_few_persons as is_suppressed,
    case
        when judged.has_few_persons then 'few_persons'
        when judged.is_hidden and judged.is_hidden_alone then 'rhythm'
        when judged.is_hidden then 'complementary'
    end as suppressed_because
from judged

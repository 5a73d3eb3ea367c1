-- Grain: one row per period, last month and series.
-- Which figures are hidden: those on fewer than $suppression_limit answers, and those from which such a figure could
-- be computed. docs/measures.md has the rules; cell_suppression applies them to all series of a metric together.

select
    int_cx_cells.period,
    int_cx_cells.month_no,
    int_cx_cells.level,
    int_cx_cells.item,
    int_cx_cells.segment,
    int_cx_cells.metric,
    cell_suppression(
        int_cx_cells.family,
        make_array(int_cx_cells.level, int_cx_cells.item, int_cx_cells.segment),
        case
            when int_cx_cells.parent_level <> 'none'
                then make_array(int_cx_cells.parent_level, int_cx_cells.parent_item, 'all')
        end,
        case int_cx_cells.period when 'month' then 1 else 12 end,
        int_cx_cells.month_no,
        int_cx_cells.responses,
        $suppression_limit,
        12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
    ) over (partition by int_cx_cells.metric) as is_suppressed
from int_cx_cells

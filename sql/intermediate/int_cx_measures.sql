-- Grain: one row per month, level, item and metric with an answer.
-- The cells with one metric a row, and whether the cell has too few answers to be shown by itself.

with measures as (

    select
        int_cx_cells.month,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.parent,
        'nps' as metric,
        int_cx_cells.nps_responses as responses,
        int_cx_cells.nps as value,
        int_cx_cells.nps_ci_low as ci_low,
        int_cx_cells.nps_ci_high as ci_high,
        'promoters less detractors, -100 to 100; adjusted Wald' as method
    from int_cx_cells

    union all

    select
        int_cx_cells.month,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.parent,
        'csat' as metric,
        int_cx_cells.csat_responses as responses,
        int_cx_cells.csat as value,
        int_cx_cells.csat_ci_low as ci_low,
        int_cx_cells.csat_ci_high as ci_high,
        'share of 4-5; Wilson' as method
    from int_cx_cells

    union all

    select
        int_cx_cells.month,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.parent,
        'ces' as metric,
        int_cx_cells.ces_responses as responses,
        int_cx_cells.ces as value,
        int_cx_cells.ces_ci_low as ci_low,
        int_cx_cells.ces_ci_high as ci_high,
        'top_box: share of 5-7; Wilson' as method
    from int_cx_cells

)

select
    measures.month,
    measures.level,
    measures.item,
    measures.parent,
    measures.metric,
    measures.responses,
    measures.value,
    measures.ci_low,
    measures.ci_high,
    measures.method,
    measures.responses < $suppression_limit as is_too_small
from measures
where measures.responses > 0

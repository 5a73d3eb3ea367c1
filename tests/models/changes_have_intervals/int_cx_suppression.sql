select
    int_cx_cells.period,
    int_cx_cells.month_no,
    int_cx_cells.level,
    int_cx_cells.item,
    int_cx_cells.segment,
    int_cx_cells.metric,
    int_cx_cells.responses < 5 as is_suppressed,
    case when int_cx_cells.responses < 5 then 'few_persons' end as suppressed_because
from int_cx_cells

-- Grain: one row per month, level, item, segment and metric with at least one answer.
-- What customers say: NPS, CSAT and CES with number of answers and 95 % interval. A month without an
-- answer has no row; a cell with too few is there, suppressed, without value and interval.

select
    int_cx_measures.month,
    int_cx_measures.level,
    int_cx_measures.item,
    'all' as segment,
    int_cx_measures.metric,
    case when not int_cx_suppression.is_suppressed then int_cx_measures.value end as value,
    case when not int_cx_suppression.is_suppressed then int_cx_measures.ci_low end as ci_low,
    case when not int_cx_suppression.is_suppressed then int_cx_measures.ci_high end as ci_high,
    int_cx_measures.responses,
    int_cx_suppression.is_suppressed,
    int_cx_measures.method
from int_cx_measures
inner join int_cx_suppression
    on
        int_cx_measures.month = int_cx_suppression.month
        and int_cx_measures.level = int_cx_suppression.level
        and int_cx_measures.item = int_cx_suppression.item
        and int_cx_measures.metric = int_cx_suppression.metric

select
    cx_metrics.level,
    cx_metrics.item,
    cx_metrics.responses,
    cx_metrics.is_suppressed,
    cx_metrics.value,
    cx_metrics.ci_low,
    cx_metrics.ci_high
from cx_metrics
order by cx_metrics.level, cx_metrics.item

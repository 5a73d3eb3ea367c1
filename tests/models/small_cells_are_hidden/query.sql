select
    cx_metrics.level,
    cx_metrics.item,
    cx_metrics.responses,
    cx_metrics.is_suppressed,
    cx_metrics.suppressed_because as because,
    cx_metrics.value,
    round(cx_metrics.ci_low, 4) as ci_low,
    round(cx_metrics.ci_high, 4) as ci_high
from cx_metrics
order by cx_metrics.level, cx_metrics.item

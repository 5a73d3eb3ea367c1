select
    cx_metrics.month,
    cx_metrics.period,
    cx_metrics.item,
    cx_metrics.responses,
    cx_metrics.persons,
    cx_metrics.is_suppressed as hidden,
    cx_metrics.suppressed_because as because,
    cx_metrics.value,
    cx_metrics.unit
from cx_metrics
where
    cx_metrics.level in ('journey', 'all_touchpoints')
    and cx_metrics.segment = 'all'
order by
    cx_metrics.month,
    cx_metrics.period,
    cx_metrics.item

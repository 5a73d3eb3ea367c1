-- February's three answers of segment low are February of all less that of high, or window less window: so the
-- months of that quarter are hidden of both, and the windows that end within it.
select
    cx_metrics.period,
    cx_metrics.month,
    cx_metrics.level,
    cx_metrics.segment,
    cx_metrics.responses,
    cx_metrics.suppressed_because as because
from cx_metrics
where cx_metrics.is_suppressed

union all

select
    'shown' as period,
    null as month,
    cx_metrics.level,
    cx_metrics.segment,
    count(*) as responses,
    null as because
from cx_metrics
where not cx_metrics.is_suppressed
group by
    cx_metrics.level,
    cx_metrics.segment
order by
    period,
    month,
    level,
    segment

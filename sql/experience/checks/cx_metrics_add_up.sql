-- Returns the figures whose answers differ from the sum of their parts (items of a level against the level above,
-- twelve-month windows against their months), and hidden figures of which every part is shown.

with parts as (

    select
        cx_metrics.month,
        cx_metrics.period,
        'relationship' as level,
        'all' as item,
        cx_metrics.level as parts,
        cx_metrics.metric,
        cx_metrics.responses,
        cx_metrics.is_suppressed
    from cx_metrics
    where cx_metrics.level = 'lifecycle_stage'

    union all

    select
        cx_metrics.month,
        cx_metrics.period,
        'all_touchpoints' as level,
        'all' as item,
        cx_metrics.level as parts,
        cx_metrics.metric,
        cx_metrics.responses,
        cx_metrics.is_suppressed
    from cx_metrics
    where
        cx_metrics.level in ('journey', 'channel', 'touchpoint')
        and cx_metrics.segment = 'all'

    union all

    select
        cx_metrics.month,
        cx_metrics.period,
        cx_metrics.level,
        cx_metrics.item,
        'segments' as parts,
        cx_metrics.metric,
        cx_metrics.responses,
        cx_metrics.is_suppressed
    from cx_metrics
    where
        cx_metrics.level in ('relationship', 'journey')
        and cx_metrics.segment <> 'all'

),

sums as (

    select
        parts.month,
        parts.period,
        parts.level,
        parts.item,
        parts.parts,
        parts.metric,
        sum(parts.responses) as responses,
        bool_or(parts.is_suppressed) as is_any_suppressed
    from parts
    group by
        parts.month,
        parts.period,
        parts.level,
        parts.item,
        parts.parts,
        parts.metric

),

windows as (

    select
        cx_metrics.month,
        cx_metrics.level,
        cx_metrics.item,
        cx_metrics.segment,
        cx_metrics.metric,
        cx_metrics.responses
    from cx_metrics
    where cx_metrics.period = 'rolling_12_months'

),

months as (

    select
        windows.month,
        windows.level,
        windows.item,
        windows.segment,
        windows.metric,
        windows.responses,
        sum(cx_metrics.responses) as month_responses
    from windows
    left join cx_metrics
        on
            cx_metrics.period = 'month'
            and windows.level = cx_metrics.level
            and windows.item = cx_metrics.item
            and windows.segment = cx_metrics.segment
            and windows.metric = cx_metrics.metric
            and windows.month >= cx_metrics.month
            and windows.month < cx_metrics.month + interval '1 year'
    group by
        windows.month,
        windows.level,
        windows.item,
        windows.segment,
        windows.metric,
        windows.responses

)

select
    sums.month,
    sums.level,
    sums.item,
    sums.metric,
    sums.parts,
    sums.responses as part_responses,
    cx_metrics.responses
from sums
left join cx_metrics
    on
        sums.month = cx_metrics.month
        and sums.period = cx_metrics.period
        and sums.level = cx_metrics.level
        and sums.item = cx_metrics.item
        and cx_metrics.segment = 'all'
        and sums.metric = cx_metrics.metric
where
    cx_metrics.responses is null
    or cx_metrics.responses <> sums.responses
    or (cx_metrics.is_suppressed and not sums.is_any_suppressed)

union all

select
    months.month,
    months.level,
    months.item,
    months.metric,
    'months' as parts,
    months.month_responses as part_responses,
    months.responses
from months
where
    months.month_responses is null
    or months.month_responses <> months.responses

-- Grain: one row per period, month, level, item, segment and metric with at least one answer (or, for response rates,
-- invitation).
-- Survey scores with number of answers, 95 % interval and change. A period without an answer has no row. A figure
-- with too few answers, or one from which such a figure could be derived, has a row without a value, marked as
-- suppressed.

with figures as (

    select
        int_cx_figures.period,
        int_cx_figures.month_no,
        int_cx_figures.level,
        int_cx_figures.item,
        int_cx_figures.segment,
        int_cx_figures.metric,
        int_cx_figures.responses,
        int_cx_figures.is_suppressed,
        int_cx_figures.value,
        int_cx_figures.ci_low,
        int_cx_figures.ci_high,
        int_cx_figures.previous_responses,
        int_cx_figures.previous_value,
        int_cx_figures.change,
        int_cx_figures.change_ci_low,
        int_cx_figures.change_ci_high
    from int_cx_figures

    union all

    -- The segments of the relationship again, as items of their own level.
    select
        int_cx_figures.period,
        int_cx_figures.month_no,
        'segment' as level,
        int_cx_figures.segment as item,
        'all' as segment,
        int_cx_figures.metric,
        int_cx_figures.responses,
        int_cx_figures.is_suppressed,
        int_cx_figures.value,
        int_cx_figures.ci_low,
        int_cx_figures.ci_high,
        int_cx_figures.previous_responses,
        int_cx_figures.previous_value,
        int_cx_figures.change,
        int_cx_figures.change_ci_low,
        int_cx_figures.change_ci_high
    from int_cx_figures
    where
        int_cx_figures.level = 'relationship'
        and int_cx_figures.segment <> 'all'

)

select
    make_date(cast(figures.month_no / 12 as int), cast(figures.month_no % 12 + 1 as int), 1)
        as month,
    figures.period,
    figures.level,
    figures.item,
    figures.segment,
    figures.metric,
    figures.value,
    figures.ci_low,
    figures.ci_high,
    figures.responses,
    figures.is_suppressed,
    case figures.metric
        when 'nps' then 'promoters less detractors, -100 to 100; adjusted Wald'
        when 'csat' then 'share of 4-5; Wilson'
        when 'ces' then 'top_box: share of 5-7; Wilson'
        when 'response_rate' then 'RR1: complete answers of invitations; Wilson'
        when 'response_rate_rr2' then 'RR2: complete and partial answers of invitations; Wilson'
        else 'weighted mean of the items in index_items, 0 to 100; Student t'
    end as method,
    figures.previous_responses,
    figures.previous_value,
    figures.change,
    figures.change_ci_low,
    figures.change_ci_high,
    figures.change_ci_low > 0 or figures.change_ci_high < 0 as is_significant_change
from figures

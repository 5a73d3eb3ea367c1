-- Grain: one row per period, month, level, item, segment and metric with at least one answer (or, for response rates,
-- invitation).
-- Survey scores with number of answers and persons, 95 % interval and change. A period without an answer has no row. A
-- figure of too few persons, or one from which such a figure could be derived, has a row without a value, marked as
-- suppressed.

with months as (

    select
        int_cx_figures.month_no,
        make_date(cast(int_cx_figures.month_no / 12 as int), cast(int_cx_figures.month_no % 12 + 1 as int), 1) as month
    from int_cx_figures
    group by int_cx_figures.month_no

)

select
    months.month,
    int_cx_figures.period,
    int_cx_figures.level,
    int_cx_figures.item,
    int_cx_figures.segment,
    int_cx_figures.metric,
    case
        when int_cx_figures.metric = 'nps' then 'nps points'
        when int_cx_figures.metric in ('csat', 'ces', 'response_rate', 'response_rate_rr2') then 'share'
        else 'index points'
    end as unit,
    int_cx_figures.value,
    int_cx_figures.ci_low,
    int_cx_figures.ci_high,
    int_cx_figures.responses,
    int_cx_figures.persons,
    int_cx_figures.is_suppressed,
    int_cx_figures.suppressed_because,
    case int_cx_figures.metric
        when 'nps' then 'promoters less detractors, -100 to 100; adjusted Wald'
        when 'csat' then 'share of 4-5; Wilson'
        when 'ces' then 'top_box: share of 5-7; Wilson'
        when 'response_rate' then 'RR1: complete answers of invitations; Wilson'
        when 'response_rate_rr2' then 'RR2: complete and partial answers of invitations; Wilson'
        else 'weighted mean of the items in index_items, 0 to 100; Student t'
    end as method,
    int_cx_figures.previous_responses,
    int_cx_figures.previous_value,
    int_cx_figures.change,
    int_cx_figures.change_ci_low,
    int_cx_figures.change_ci_high,
    int_cx_figures.change_ci_low > 0 or int_cx_figures.change_ci_high < 0 as is_significant_change,
    cast(months.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from int_cx_figures
inner join months
    on int_cx_figures.month_no = months.month_no

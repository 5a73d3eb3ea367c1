-- Grain: one row per period, last month and series (level, item, segment, metric) with an answer or invitation.
-- Each month, and each twelve-month window within the months for which the metric is known: a window that begins
-- earlier would cover fewer than twelve. A person counts with the first answer in the window.

with first_months as (

    select
        int_cx_sums.metric,
        min(int_cx_sums.month_no) as month_no
    from int_cx_sums
    group by int_cx_sums.metric

),

offsets as (

    select cast(unnest(range(0, 12)) as bigint) as months

),

windows as (

    select
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no + offsets.months as month_no,
        sum(int_cx_sums.responses) as responses,
        sum(
            case
                when int_cx_sums.previous_month_no > int_cx_sums.month_no + offsets.months - 12 then 0
                else int_cx_sums.persons
            end
        ) as persons,
        sum(int_cx_sums.sum_1) as sum_1,
        sum(int_cx_sums.sum_2) as sum_2
    from int_cx_sums
    cross join offsets
    inner join first_months
        on int_cx_sums.metric = first_months.metric
    where
        int_cx_sums.month_no + offsets.months >= first_months.month_no + 11
        and int_cx_sums.month_no + offsets.months
        <= 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
    group by
        int_cx_sums.family,
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.parent_level,
        int_cx_sums.parent_item,
        int_cx_sums.metric,
        int_cx_sums.month_no + offsets.months

)

select
    'month' as period,
    int_cx_sums.month_no,
    int_cx_sums.family,
    int_cx_sums.level,
    int_cx_sums.item,
    int_cx_sums.segment,
    int_cx_sums.parent_level,
    int_cx_sums.parent_item,
    int_cx_sums.metric,
    sum(int_cx_sums.responses) as responses,
    sum(int_cx_sums.persons) as persons,
    sum(int_cx_sums.sum_1) as sum_1,
    sum(int_cx_sums.sum_2) as sum_2
from int_cx_sums
group by
    int_cx_sums.month_no,
    int_cx_sums.family,
    int_cx_sums.level,
    int_cx_sums.item,
    int_cx_sums.segment,
    int_cx_sums.parent_level,
    int_cx_sums.parent_item,
    int_cx_sums.metric

union all

select
    'rolling_12_months' as period,
    windows.month_no,
    windows.family,
    windows.level,
    windows.item,
    windows.segment,
    windows.parent_level,
    windows.parent_item,
    windows.metric,
    windows.responses,
    windows.persons,
    windows.sum_1,
    windows.sum_2
from windows

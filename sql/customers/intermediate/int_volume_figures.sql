-- Grain: one row per run, guarded figure (item) and window.
-- What guards compare: volumes, the average value of an order, shares of channels, and unidentified shares. rows are
-- the events behind a figure.

with totals as (

    select
        int_volume_windows.run,
        int_volume_windows.measure,
        int_volume_windows.window_no,
        int_volume_windows.is_judged,
        sum(int_volume_windows.value) as value,
        sum(int_volume_windows.unidentified) as unidentified,
        sum(int_volume_windows.rows) as rows
    from int_volume_windows
    group by
        int_volume_windows.run,
        int_volume_windows.measure,
        int_volume_windows.window_no,
        int_volume_windows.is_judged

)

select
    totals.run,
    totals.measure as item,
    'volume' as kind,
    totals.window_no,
    totals.is_judged,
    totals.value as figure,
    totals.rows
from totals
where totals.measure <> 'sales'

union all

select
    totals.run,
    'order_value' as item,
    'average' as kind,
    totals.window_no,
    totals.is_judged,
    totals.value / totals.rows as figure,
    totals.rows
from totals
where
    totals.measure = 'sales'
    and totals.rows > 0

union all

select
    totals.run,
    'unidentified.' || totals.measure as item,
    'share' as kind,
    totals.window_no,
    totals.is_judged,
    totals.unidentified / totals.value as figure,
    totals.rows
from totals
where
    totals.measure in ('net_revenue', 'interactions', 'answers')
    and totals.value > 0

union all

select
    int_volume_windows.run,
    case int_volume_windows.measure when 'orders' then 'sales_channel.' else 'contact_channel.' end
    || int_volume_windows.item as item,
    'share' as kind,
    int_volume_windows.window_no,
    int_volume_windows.is_judged,
    int_volume_windows.value / totals.value as figure,
    totals.rows
from int_volume_windows
inner join totals
    on
        int_volume_windows.run = totals.run
        and int_volume_windows.measure = totals.measure
        and int_volume_windows.window_no = totals.window_no
where
    int_volume_windows.measure in ('orders', 'interactions')
    and totals.value > 0

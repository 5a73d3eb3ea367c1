-- Grain: one row per run, measure, item and window.
-- Measures by window of 28 days, counted back from as_of of the run, with 0 where there is nothing.
--   window -1      the period that both runs know, which is judged: all days until the earlier of the two as_of
--   window 0       the last 28 days until as_of, which are judged
--   other windows  up to 13 whole ones before, from the first event of the measure to its last: what is usual

with earlier_run as (

    -- The last snapshot; null if there is none.
    select max(case when int_volume_measures.run = 'earlier' then int_volume_measures.as_of end) as earlier_as_of
    from int_volume_measures

),

numbered as (

    -- Window 0 is the last 28 days until as_of.
    select
        int_volume_measures.run,
        int_volume_measures.measure,
        int_volume_measures.item,
        (cast(int_volume_measures.as_of as int) - cast(int_volume_measures.date as int)) / 28 as window_no,
        int_volume_measures.value,
        int_volume_measures.unidentified,
        int_volume_measures.rows
    from int_volume_measures

    union all

    -- Window -1 is the period that both runs know.
    select
        int_volume_measures.run,
        int_volume_measures.measure,
        int_volume_measures.item,
        -1 as window_no,
        int_volume_measures.value,
        int_volume_measures.unidentified,
        int_volume_measures.rows
    from int_volume_measures
    cross join earlier_run
    where
        earlier_run.earlier_as_of is not null
        and int_volume_measures.date <= least(earlier_run.earlier_as_of, $as_of)

),

sums as (

    select
        numbered.run,
        numbered.measure,
        numbered.item,
        numbered.window_no,
        sum(numbered.value) as value,
        sum(numbered.unidentified) as unidentified,
        sum(numbered.rows) as rows
    from numbered
    group by
        numbered.run,
        numbered.measure,
        numbered.item,
        numbered.window_no

),

first_and_last as (

    -- Days before as_of.
    select
        int_volume_measures.run,
        int_volume_measures.measure,
        max(cast(int_volume_measures.as_of as int) - cast(int_volume_measures.date as int)) as first_before,
        min(cast(int_volume_measures.as_of as int) - cast(int_volume_measures.date as int)) as last_before
    from int_volume_measures
    group by
        int_volume_measures.run,
        int_volume_measures.measure

),

spans as (

    -- The newest whole window that ends by the last event, and the oldest that begins with the first or later.
    select
        first_and_last.run,
        first_and_last.measure,
        greatest((first_and_last.last_before + 27) / 28, 1) as newest,
        (first_and_last.first_before + 1) / 28 - 1 as oldest
    from first_and_last

),

offsets as (

    select unnest(generate_series(0, 12)) as offset_no

),

both_runs as (

    select 'this' as run

    union all

    select 'earlier' as run

),

measures as (

    select spans.measure
    from spans
    group by spans.measure

),

windows as (

    select
        spans.run,
        spans.measure,
        spans.newest + offsets.offset_no as window_no,
        false as is_judged
    from spans
    inner join offsets
        on spans.newest + offsets.offset_no <= spans.oldest

    union all

    select
        spans.run,
        spans.measure,
        0 as window_no,
        true as is_judged
    from spans

    union all

    -- A measure that one of the runs lacks altogether is 0 there.
    select
        both_runs.run,
        measures.measure,
        -1 as window_no,
        true as is_judged
    from both_runs
    cross join measures
    cross join earlier_run
    where earlier_run.earlier_as_of is not null

),

items as (

    select distinct
        int_volume_measures.measure,
        int_volume_measures.item
    from int_volume_measures

)

select
    windows.run,
    windows.measure,
    items.item,
    windows.window_no,
    windows.is_judged,
    coalesce(sums.value, 0.0) as value,
    coalesce(sums.unidentified, 0.0) as unidentified,
    coalesce(sums.rows, 0) as rows
from windows
inner join items
    on windows.measure = items.measure
left join sums
    on
        windows.run = sums.run
        and windows.measure = sums.measure
        and items.item = sums.item
        and windows.window_no = sums.window_no

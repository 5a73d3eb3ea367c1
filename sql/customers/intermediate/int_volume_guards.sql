-- Grain: one row per guard: a volume, an average or a share of this run that is held against what it should be.
-- Two comparisons, both of the same things over periods of the same length, so that neither growth nor another as_of is
-- a fault:
--   same period     all days until the earlier of the two as_of, in this run and in the last snapshot: history that
--                   was there must still be there, as much and of the same kind
--   last 28 days    of this run against up to 13 earlier windows of 28 days in the same run, from the first event to
--                   the last: what every window had must not be missing from the newest
-- level is 0 within the bounds, 1 beyond the soft ones, 2 beyond the hard ones. A window that is beyond the hard ones
-- fails only if the last snapshot's own newest window was not: the next run after an accepted change passes. Guards on
-- fewer than $guard_least_rows rows are not judged; shares of a window may differ by 1 / sqrt(rows) more, which is what
-- chance alone can do.

with days as (

    select
        'this' as run,
        daily_volumes.as_of,
        daily_volumes.date,
        daily_volumes.event,
        daily_volumes.item,
        daily_volumes.events,
        daily_volumes.unidentified_events,
        daily_volumes.net_revenue,
        daily_volumes.unidentified_net_revenue
    from daily_volumes

    union all

    select
        'earlier' as run,
        earlier_volumes.as_of,
        earlier_volumes.date,
        earlier_volumes.event,
        earlier_volumes.item,
        earlier_volumes.events,
        earlier_volumes.unidentified_events,
        earlier_volumes.net_revenue,
        earlier_volumes.unidentified_net_revenue
    from earlier_volumes

),

earlier_run as (

    -- The last snapshot; null if there is none.
    select max(case when days.run = 'earlier' then days.as_of end) as earlier_as_of
    from days

),

measured as (

    -- rows are the events behind a value.
    select
        days.run,
        days.as_of,
        days.date,
        case days.event
            when 'order' then 'orders'
            when 'contact' then 'interactions'
            when 'answer' then 'answers'
            else 'persons'
        end as measure,
        days.item,
        cast(days.events as double) as value,
        cast(days.unidentified_events as double) as unidentified,
        days.events as rows
    from days
    where days.event <> 'return'

    union all

    select
        days.run,
        days.as_of,
        days.date,
        'net_revenue' as measure,
        'all' as item,
        cast(days.net_revenue as double) as value,
        cast(days.unidentified_net_revenue as double) as unidentified,
        days.events as rows
    from days
    where days.event in ('order', 'return')

    union all

    select
        days.run,
        days.as_of,
        days.date,
        'sales' as measure,
        'all' as item,
        cast(days.net_revenue as double) as value,
        0.0 as unidentified,
        days.events as rows
    from days
    where days.event = 'order'

),

numbered as (

    -- Window 0 is the last 28 days until as_of.
    select
        measured.run,
        measured.measure,
        measured.item,
        (cast(measured.as_of as int) - cast(measured.date as int)) / 28 as window_no,
        measured.value,
        measured.unidentified,
        measured.rows
    from measured

    union all

    -- Window -1 is the period that both runs know.
    select
        measured.run,
        measured.measure,
        measured.item,
        -1 as window_no,
        measured.value,
        measured.unidentified,
        measured.rows
    from measured
    cross join earlier_run
    where
        earlier_run.earlier_as_of is not null
        and measured.date <= least(earlier_run.earlier_as_of, $as_of)

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

spans as (

    -- In whole windows before as_of: the newest that ends by the last event, and the oldest that is full.
    select
        measured.run,
        measured.measure,
        greatest((max(cast(measured.as_of as int)) - max(cast(measured.date as int)) + 27) / 28, 1) as newest,
        (max(cast(measured.as_of as int)) - min(cast(measured.date as int)) + 1) / 28 - 1 as oldest
    from measured
    group by
        measured.run,
        measured.measure

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
        measured.measure,
        measured.item
    from measured

),

filled as (

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

),

totals as (

    select
        filled.run,
        filled.measure,
        filled.window_no,
        filled.is_judged,
        sum(filled.value) as value,
        sum(filled.unidentified) as unidentified,
        sum(filled.rows) as rows
    from filled
    group by
        filled.run,
        filled.measure,
        filled.window_no,
        filled.is_judged

),

figures as (

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
        filled.run,
        case filled.measure when 'orders' then 'sales_channel.' else 'contact_channel.' end || filled.item as item,
        'share' as kind,
        filled.window_no,
        filled.is_judged,
        filled.value / totals.value as figure,
        totals.rows
    from filled
    inner join totals
        on
            filled.run = totals.run
            and filled.measure = totals.measure
            and filled.window_no = totals.window_no
    where
        filled.measure in ('orders', 'interactions')
        and totals.value > 0

),

known_here as (

    select
        figures.item,
        figures.kind,
        figures.figure,
        figures.rows
    from figures
    where
        figures.window_no = -1
        and figures.run = 'this'

),

known_before as (

    select
        figures.item,
        figures.figure,
        figures.rows
    from figures
    where
        figures.window_no = -1
        and figures.run = 'earlier'

),

same_period as (

    select
        known_here.item,
        known_here.kind,
        known_here.figure,
        known_before.figure as earlier_figure,
        case
            when known_here.kind = 'share' then known_before.figure - $share_change_warn
            else known_before.figure * (1 - $volume_fall_warn)
        end as soft_low,
        case
            when known_here.kind = 'share' then known_before.figure + $share_change_warn
            else known_before.figure * (1 + $volume_rise_warn)
        end as soft_high,
        case
            when known_here.kind = 'share' then known_before.figure - $share_change_fail
            else known_before.figure * (1 - $volume_fall_fail)
        end as hard_low,
        case
            when known_here.kind = 'share' then known_before.figure + $share_change_fail
            else known_before.figure * (1 + $volume_rise_fail)
        end as hard_high
    from known_here
    inner join known_before
        on known_here.item = known_before.item
    where
        known_before.rows >= $guard_least_rows
        -- An average or a share of few rows says nothing; that the rows are gone, the volume shows.
        and (known_here.kind = 'volume' or known_here.rows >= $guard_least_rows)

),

usual as (

    select
        figures.run,
        figures.item,
        min(figures.figure) as lowest,
        max(figures.figure) as highest
    from figures
    where not figures.is_judged
    group by
        figures.run,
        figures.item
    having
        count(*) >= 3
        and min(figures.rows) >= $guard_least_rows

),

recent as (

    select
        figures.run,
        figures.item,
        figures.kind,
        figures.figure,
        -- A share of which at least 7 rows were due and none came has vanished.
        figures.kind = 'share' and figures.figure = 0 and usual.lowest * figures.rows >= 7 as is_gone,
        case figures.kind
            when 'share' then usual.lowest - $recent_share_warn - 1.0 / sqrt(figures.rows)
            when 'average' then usual.lowest / $recent_value_warn
            else usual.lowest * $recent_volume_warn
        end as soft_low,
        case figures.kind
            when 'share' then usual.highest + $recent_share_warn + 1.0 / sqrt(figures.rows)
            when 'average' then usual.highest * $recent_value_warn
        end as soft_high,
        case figures.kind
            when 'share' then usual.lowest - $recent_share_fail - 1.0 / sqrt(figures.rows)
            when 'average' then usual.lowest / $recent_value_fail
            else usual.lowest * $recent_volume_fail
        end as hard_low,
        case figures.kind
            when 'share' then usual.highest + $recent_share_fail + 1.0 / sqrt(figures.rows)
            when 'average' then usual.highest * $recent_value_fail
        end as hard_high
    from figures
    inner join usual
        on
            figures.run = usual.run
            and figures.item = usual.item
    where
        figures.window_no = 0
        -- Returns come later than sales; what is sold is guarded by orders and order_value.
        and figures.item <> 'net_revenue'
        and (figures.kind = 'volume' or figures.rows >= $guard_least_rows)

),

recent_levels as (

    select
        recent.run,
        recent.item,
        recent.kind,
        recent.figure,
        recent.soft_low,
        recent.soft_high,
        recent.hard_low,
        recent.hard_high,
        case
            when recent.figure < recent.hard_low or coalesce(recent.figure > recent.hard_high, false) then 2
            when recent.is_gone then 1
            when recent.figure < recent.soft_low or coalesce(recent.figure > recent.soft_high, false) then 1
            else 0
        end as level
    from recent

),

recent_before as (

    select
        recent_levels.item,
        recent_levels.figure,
        recent_levels.level
    from recent_levels
    where recent_levels.run = 'earlier'

),

compared as (

    select
        same_period.item,
        same_period.kind,
        'same period' as compared,
        same_period.figure,
        same_period.earlier_figure,
        same_period.soft_low,
        same_period.soft_high,
        same_period.hard_low,
        same_period.hard_high,
        case
            when same_period.figure < same_period.hard_low or same_period.figure > same_period.hard_high then 2
            when same_period.figure < same_period.soft_low or same_period.figure > same_period.soft_high then 1
            else 0
        end as level
    from same_period

    union all

    select
        'recent.' || recent_levels.item as item,
        recent_levels.kind,
        'last 28 days' as compared,
        recent_levels.figure,
        recent_before.figure as earlier_figure,
        recent_levels.soft_low,
        recent_levels.soft_high,
        recent_levels.hard_low,
        recent_levels.hard_high,
        -- Without an earlier run, or one that was beyond the hard bounds too, it is only a warning.
        least(recent_levels.level, case when coalesce(recent_before.level, 2) = 2 then 1 else 2 end) as level
    from recent_levels
    left join recent_before
        on recent_levels.item = recent_before.item
    where recent_levels.run = 'this'

),

bounded as (

    -- The bounds that were exceeded: the soft ones if none were.
    select
        compared.item,
        compared.kind,
        compared.compared,
        compared.figure,
        compared.earlier_figure,
        case when compared.level = 2 then compared.hard_low else compared.soft_low end as low,
        case when compared.level = 2 then compared.hard_high else compared.soft_high end as high,
        compared.level
    from compared

)

select
    bounded.item,
    bounded.compared,
    round(bounded.figure, 4) as this_run,
    round(bounded.earlier_figure, 4) as earlier_run,
    round(case when bounded.kind = 'share' then greatest(bounded.low, 0) else bounded.low end, 4) as lowest,
    round(case when bounded.kind = 'share' then least(bounded.high, 1) else bounded.high end, 4) as highest,
    bounded.level,
    $as_of as as_of,
    earlier_run.earlier_as_of
from bounded
cross join earlier_run

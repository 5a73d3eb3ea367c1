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

with earlier_run as (

    -- The last snapshot; null if there is none.
    select max(case when int_volume_measures.run = 'earlier' then int_volume_measures.as_of end) as earlier_as_of
    from int_volume_measures

),

known_here as (

    select
        int_volume_figures.item,
        int_volume_figures.kind,
        int_volume_figures.figure,
        int_volume_figures.rows
    from int_volume_figures
    where
        int_volume_figures.window_no = -1
        and int_volume_figures.run = 'this'

),

known_before as (

    select
        int_volume_figures.item,
        int_volume_figures.figure,
        int_volume_figures.rows
    from int_volume_figures
    where
        int_volume_figures.window_no = -1
        and int_volume_figures.run = 'earlier'

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
        int_volume_figures.run,
        int_volume_figures.item,
        min(int_volume_figures.figure) as lowest,
        max(int_volume_figures.figure) as highest
    from int_volume_figures
    where not int_volume_figures.is_judged
    group by
        int_volume_figures.run,
        int_volume_figures.item
    having
        count(*) >= 3
        and min(int_volume_figures.rows) >= $guard_least_rows

),

recent as (

    select
        int_volume_figures.run,
        int_volume_figures.item,
        int_volume_figures.kind,
        int_volume_figures.figure,
        -- A share of which at least 7 rows were due and none came has vanished.
        int_volume_figures.kind = 'share'
        and int_volume_figures.figure = 0
        and usual.lowest * int_volume_figures.rows >= 7 as is_gone,
        case int_volume_figures.kind
            when 'share' then usual.lowest - $recent_share_warn - 1.0 / sqrt(int_volume_figures.rows)
            when 'average' then usual.lowest / $recent_value_warn
            else usual.lowest * $recent_volume_warn
        end as soft_low,
        case int_volume_figures.kind
            when 'share' then usual.highest + $recent_share_warn + 1.0 / sqrt(int_volume_figures.rows)
            when 'average' then usual.highest * $recent_value_warn
        end as soft_high,
        case int_volume_figures.kind
            when 'share' then usual.lowest - $recent_share_fail - 1.0 / sqrt(int_volume_figures.rows)
            when 'average' then usual.lowest / $recent_value_fail
            else usual.lowest * $recent_volume_fail
        end as hard_low,
        case int_volume_figures.kind
            when 'share' then usual.highest + $recent_share_fail + 1.0 / sqrt(int_volume_figures.rows)
            when 'average' then usual.highest * $recent_value_fail
        end as hard_high
    from int_volume_figures
    inner join usual
        on
            int_volume_figures.run = usual.run
            and int_volume_figures.item = usual.item
    where
        int_volume_figures.window_no = 0
        -- Returns come later than sales; what is sold is guarded by orders and order_value.
        and int_volume_figures.item <> 'net_revenue'
        and (int_volume_figures.kind = 'volume' or int_volume_figures.rows >= $guard_least_rows)

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

-- Grain: one row per outcome window, person and stretch of the window's length.
-- When the events that make outcomes came, so that one equal join tells whether one came within the window after an
-- instant: time is cut into stretches as long as the window, and what follows an instant within the window is after it
-- in its own stretch, or early enough in the next.

with windows as (

    select distinct
        int_outcome_rules.window_no,
        int_outcome_rules.event,
        int_outcome_rules.touchpoint,
        int_outcome_rules.within_us
    from int_outcome_rules

),

kinds as (

    select
        windows.window_no,
        windows.within_us,
        int_event_kinds.kind_no
    from windows
    inner join int_event_kinds
        on
            windows.event = int_event_kinds.event
            and windows.touchpoint in (int_event_kinds.touchpoint, 'any')

),

events as (

    select
        kinds.window_no,
        int_events.customer_no,
        int_events.at / kinds.within_us as stretch,
        min(int_events.at) as first_at,
        max(int_events.at) as last_at
    from int_events
    inner join kinds
        on int_events.kind_no = kinds.kind_no
    where int_events.customer_no > 0
    group by
        kinds.window_no,
        int_events.customer_no,
        int_events.at / kinds.within_us

),

stretches as (

    select
        events.window_no,
        events.customer_no,
        events.stretch,
        events.last_at as last_here,
        cast(null as bigint) as first_next
    from events

    union all

    select
        events.window_no,
        events.customer_no,
        events.stretch - 1 as stretch,
        cast(null as bigint) as last_here,
        events.first_at as first_next
    from events

)

select
    stretches.window_no,
    stretches.customer_no,
    stretches.stretch,
    max(stretches.last_here) as last_here,
    min(stretches.first_next) as first_next
from stretches
group by
    stretches.window_no,
    stretches.customer_no,
    stretches.stretch

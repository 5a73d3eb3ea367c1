-- Grain: one row per kind of event and journey it is part of.
-- By the lookup journey_touchpoints, of several rows for one journey the most exact; a contact at a touchpoint of which
-- the lookup knows nothing is within the journey that its extract names (is_named 0).

with fitting as (

    select
        int_event_kinds.kind_no,
        journey_touchpoints.journey,
        journey_touchpoints.role,
        case when journey_touchpoints.touchpoint = 'any' then 0 else 2 end
        + case when journey_touchpoints.channel = 'any' then 0 else 1 end as exactness
    from int_event_kinds
    inner join journey_touchpoints
        on
            int_event_kinds.event = journey_touchpoints.event
            and journey_touchpoints.touchpoint in (int_event_kinds.touchpoint, 'any')
            and journey_touchpoints.channel in (int_event_kinds.channel, 'any')

),

named as (

    select
        fitting.kind_no,
        fitting.journey,
        first_value(fitting.role order by fitting.exactness desc) as role,
        1 as is_named
    from fitting
    group by
        fitting.kind_no,
        fitting.journey

),

roles as (

    select
        named.kind_no,
        named.journey,
        named.role,
        named.is_named
    from named

    union all

    select
        int_event_kinds.kind_no,
        int_event_kinds.journey,
        'within' as role,
        0 as is_named
    from int_event_kinds
    where
        int_event_kinds.event = 'contact'
        and int_event_kinds.journey <> 'unknown'
        and not exists (
            select named.kind_no
            from named
            where named.kind_no = int_event_kinds.kind_no
        )

)

select
    roles.kind_no,
    roles.journey,
    cast(case roles.role when 'start' then 1 when 'within' then 2 else 3 end as integer) as role_no,
    roles.is_named
from roles

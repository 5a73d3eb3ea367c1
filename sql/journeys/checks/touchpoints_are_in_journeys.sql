-- Returns the touchpoints of contacts that the lookup journey_touchpoints does not have. They are part of the journey
-- that the extract names ('none': no journey), and neither start nor end it.

with named as (

    select
        int_kind_roles.kind_no,
        min(int_kind_roles.journey) as journey,
        max(int_kind_roles.is_named) as is_named
    from int_kind_roles
    group by int_kind_roles.kind_no

)

select
    int_event_kinds.touchpoint,
    coalesce(named.journey, 'none') as journey
from int_event_kinds
left join named
    on int_event_kinds.kind_no = named.kind_no
where
    int_event_kinds.event = 'contact'
    and int_event_kinds.touchpoint <> 'unknown'
    and coalesce(named.is_named, 0) = 0
group by
    int_event_kinds.touchpoint,
    coalesce(named.journey, 'none')

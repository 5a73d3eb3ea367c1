-- Returns the touchpoints of the lookups journey_touchpoints and journey_outcomes at which nothing ever happened. A
-- misspelt touchpoint looks like this.

with named as (

    select
        'journey_touchpoints' as lookup,
        journey_touchpoints.event,
        journey_touchpoints.touchpoint
    from journey_touchpoints
    where journey_touchpoints.touchpoint <> 'any'
    group by
        journey_touchpoints.event,
        journey_touchpoints.touchpoint

    union all

    select
        'journey_outcomes' as lookup,
        journey_outcomes.event,
        journey_outcomes.touchpoint
    from journey_outcomes
    where journey_outcomes.touchpoint <> 'any'
    group by
        journey_outcomes.event,
        journey_outcomes.touchpoint

)

select
    named.lookup,
    named.event,
    named.touchpoint
from named
where
    not exists (
        select touchpoints.event
        from touchpoints
        where
            touchpoints.event = named.event
            and touchpoints.touchpoint = named.touchpoint
    )

-- Returns the rows of journey_touchpoints about an event, role or journey that there is not, those that name the
-- touchpoint of an order or return or the channel of a survey answer, which have none, and the journeys that complete
-- by an end but have no end event.

select
    journey_touchpoints.event,
    journey_touchpoints.touchpoint,
    journey_touchpoints.channel,
    journey_touchpoints.journey,
    journey_touchpoints.role,
    case
        when journey_touchpoints.event not in ('contact', 'order', 'return', 'survey') then 'unknown event'
        when journey_touchpoints.role is null or journey_touchpoints.role not in ('start', 'within', 'end')
            then 'unknown role'
        when journey_touchpoints.event in ('order', 'return') and journey_touchpoints.touchpoint <> 'any'
            then 'orders and returns have no touchpoint: any'
        when journey_touchpoints.event = 'survey' and journey_touchpoints.channel <> 'any'
            then 'survey answers have no channel: any'
        else 'journey has no row in journey_rules'
    end as problem
from journey_touchpoints
left join journey_rules
    on journey_touchpoints.journey = journey_rules.journey
where
    journey_touchpoints.event not in ('contact', 'order', 'return', 'survey')
    or journey_touchpoints.role is null
    or journey_touchpoints.role not in ('start', 'within', 'end')
    or (journey_touchpoints.event in ('order', 'return') and journey_touchpoints.touchpoint <> 'any')
    or (journey_touchpoints.event = 'survey' and journey_touchpoints.channel <> 'any')
    or journey_rules.journey is null
    or journey_touchpoints.journey = 'any'

union all

select
    'any' as event,
    'any' as touchpoint,
    'any' as channel,
    journey_rules.journey,
    'end' as role,
    'journey completes by an end and has no end event' as problem
from journey_rules
left join journey_touchpoints
    on
        journey_rules.journey = journey_touchpoints.journey
        and journey_touchpoints.role = 'end'
where
    journey_rules.completion = 'end'
    and journey_touchpoints.journey is null

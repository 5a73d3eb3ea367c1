-- Grain: one row per event of the club.
-- Events in the names and words of the models. A redemption is costed by points x the cost of a point, rounded
-- half up to the minor unit; the other events cost nothing.

with source as (

    select
        loyalty_events.kundnr as customer_id,
        loyalty_events.tid as occurred_at,
        coalesce(begrepp.begrepp, loyalty_events.handelse) as kind,
        coalesce(loyalty_events.poang, 0) as points
    from loyalty_events
    left join begrepp
        on begrepp.grupp = 'händelse' and loyalty_events.handelse = begrepp.ord

)

select
    source.customer_id,
    source.occurred_at,
    source.kind,
    source.points,
    case
        when source.kind = 'redeem'
            then (source.points * cast(cast($loyalty_point_cost as decimal(12, 4)) * 10000 as bigint) + 50) / 100
        else 0
    end as programme_cost_minor
from source

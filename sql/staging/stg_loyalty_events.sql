-- Grain: one row per event of the loyalty programme.
-- The extract of programme events. A redemption costs points x the cost of a point, rounded half up to the minor
-- unit; other events cost nothing.

select
    loyalty_events.customer_id,
    loyalty_events.occurred_at,
    loyalty_events.kind,
    coalesce(loyalty_events.points, 0) as points,
    case
        when loyalty_events.kind = 'redeem'
            then
                (
                    coalesce(loyalty_events.points, 0)
                    * cast(cast($loyalty_point_cost as decimal(12, 4)) * 10000 as bigint) + 50
                ) / 100
        else 0
    end as programme_cost_minor
from loyalty_events

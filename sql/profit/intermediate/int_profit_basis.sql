-- Grain: one row.
-- By which measure customers are compared in this run, the same for all of them: by contribution if unit costs and
-- minute costs are known, by gross margin if only unit costs are, by net revenue otherwise. Known means that at least
-- $minimum_known_cost_share of the lines and of the net revenue until as_of have a unit cost, and as many contacts,
-- orders and returns a minute cost. What is not known of the company is null in every row of the tables by customer,
-- month, channel and segment. Otherwise it is null in the rows where more than the tolerance is unknown. margin_share
-- is the margin of all costed revenue.

with orders as (

    select
        coalesce(sum(int_orders.lines), 0) as lines,
        coalesce(sum(int_orders.lines_with_cost), 0) as lines_with_cost,
        coalesce(sum(int_orders.net_minor), 0) as net_minor,
        coalesce(sum(int_orders.costed_net_minor), 0) as costed_net_minor,
        coalesce(sum(int_orders.cost_of_goods_minor), 0) as cost_of_goods_minor
    from int_orders

),

services as (

    select
        coalesce(sum(int_activity_tariffs.events), 0) as events,
        coalesce(
            sum(case when int_activity_tariffs.minute_rate_e6 is not null then int_activity_tariffs.events end), 0
        ) as events_with_rate
    from int_activity_tariffs

),

tariffs as (

    select
        case
            when
                int_activity_tariffs.activity in ('phone', 'chat', 'email', 'store', 'web', 'app', 'returns_handling')
                then int_activity_tariffs.activity
            else 'other'
        end as activity,
        int_activity_tariffs.events,
        int_activity_tariffs.minute_rate_e6
    from int_activity_tariffs

),

activities as (

    -- The columns of cost to serve whose cost is known: one per activity, and the others together.
    select
        tariffs.activity,
        sum(case when tariffs.minute_rate_e6 is null then tariffs.events else 0 end)
        <= sum(tariffs.events) * (1.0 - cast($minimum_known_cost_share as double)) as is_known
    from tariffs
    group by tariffs.activity

),

known_activities as (

    select
        count(case when activities.activity = 'phone' and not activities.is_known then 1 end) = 0 as has_known_phone,
        count(case when activities.activity = 'chat' and not activities.is_known then 1 end) = 0 as has_known_chat,
        count(case when activities.activity = 'email' and not activities.is_known then 1 end) = 0 as has_known_email,
        count(case when activities.activity = 'store' and not activities.is_known then 1 end) = 0 as has_known_store,
        count(case when activities.activity = 'web' and not activities.is_known then 1 end) = 0 as has_known_web,
        count(case when activities.activity = 'app' and not activities.is_known then 1 end) = 0 as has_known_app,
        count(case when activities.activity = 'returns_handling' and not activities.is_known then 1 end) = 0
            as has_known_returns_handling,
        count(case when activities.activity = 'other' and not activities.is_known then 1 end) = 0 as has_known_other
    from activities

),

shares as (

    select
        cast(orders.lines_with_cost as double) / nullif(cast(orders.lines as double), 0.0) as known_cost_share,
        greatest(
            1.0
            - abs(cast(orders.net_minor - orders.costed_net_minor as double))
            / nullif(abs(cast(orders.net_minor as double)), 0.0),
            0.0
        ) as known_cost_revenue_share,
        cast(services.events_with_rate as double) / nullif(cast(services.events as double), 0.0)
            as known_service_share,
        coalesce(
            cast(orders.costed_net_minor - orders.cost_of_goods_minor as double)
            / nullif(cast(orders.costed_net_minor as double), 0.0),
            0.0
        ) as margin_share
    from orders
    cross join services

),

judged as (

    -- A share of nothing is known.
    select
        shares.*,
        coalesce(shares.known_cost_share >= cast($minimum_known_cost_share as double), true)
        and coalesce(shares.known_cost_revenue_share >= cast($minimum_known_cost_share as double), true)
            as has_known_margin,
        coalesce(shares.known_service_share >= cast($minimum_known_cost_share as double), true) as has_known_service
    from shares

)

select
    judged.known_cost_share,
    judged.known_cost_revenue_share,
    judged.known_service_share,
    judged.margin_share,
    judged.has_known_margin,
    judged.has_known_service,
    known_activities.has_known_phone,
    known_activities.has_known_chat,
    known_activities.has_known_email,
    known_activities.has_known_store,
    known_activities.has_known_web,
    known_activities.has_known_app,
    known_activities.has_known_returns_handling,
    known_activities.has_known_other,
    1.0 - cast($minimum_known_cost_share as double) as tolerance,
    case
        when not judged.has_known_margin then 'net_revenue'
        when not judged.has_known_service then 'gross_margin'
        else 'contribution'
    end as basis
from judged
cross join known_activities

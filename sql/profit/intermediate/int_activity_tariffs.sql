-- Grain: one row per event (contact, order, return), channel and month that occur, and activity that such an event
-- uses.
-- Time-driven activity-based costing in one small table: the minutes an event takes (time equations in the lookup
-- activity_times; matching rows add up) and the cost per minute, which is the pool's rate if the activity has a pool
-- in the month and the one in activity_rates otherwise. Minutes are in ten-thousandths, rates in millionths of the
-- base currency. A contact without an activity and an activity without a rate keep a row with a null rate and are
-- counted. tariff_no identifies the row in int_activity_events.

with occasions as (

    select
        'contact' as event,
        int_contacts.channel,
        int_contacts.month,
        count(*) as events
    from int_contacts
    group by
        int_contacts.channel,
        int_contacts.month

    union all

    select
        case when int_orders.is_order = 1 then 'order' else 'return' end as event,
        int_orders.channel,
        int_orders.month,
        count(*) as events
    from int_orders
    group by
        int_orders.is_order,
        int_orders.channel,
        int_orders.month

),

timed as (

    select
        occasions.event,
        occasions.channel,
        occasions.month,
        occasions.events,
        activity_times.activity,
        sum(cast(activity_times.minutes_per_event * 10000 as bigint)) as per_event_e4,
        sum(cast(activity_times.minutes_per_minute * 100 as bigint)) as per_minute_e2,
        sum(cast(activity_times.minutes_per_line * 10000 as bigint)) as per_line_e4
    from occasions
    left join activity_times
        on
            occasions.event = activity_times.event
            and (activity_times.channel = 'any' or activity_times.channel = occasions.channel)
    group by
        occasions.event,
        occasions.channel,
        occasions.month,
        occasions.events,
        activity_times.activity

),

priced as (

    select
        timed.event,
        timed.channel,
        timed.month,
        timed.events,
        timed.activity,
        coalesce(timed.per_event_e4, 0) as per_event_e4,
        coalesce(timed.per_minute_e2, 0) as per_minute_e2,
        coalesce(timed.per_line_e4, 0) as per_line_e4,
        coalesce(
            stg_activity_costs.minute_rate_e6, cast(activity_rates.minute_cost * 1000000 as bigint)
        ) as minute_rate_e6,
        stg_activity_costs.minute_rate_e6 is not null as has_pool
    from timed
    left join activity_rates
        on timed.activity = activity_rates.activity
    left join stg_activity_costs
        on
            timed.activity = stg_activity_costs.activity
            and timed.month = stg_activity_costs.month
    where
        timed.event = 'contact'
        or timed.activity is not null

)

select
    priced.event,
    priced.channel,
    priced.month,
    priced.events,
    priced.activity,
    priced.per_event_e4,
    priced.per_minute_e2,
    priced.per_line_e4,
    priced.minute_rate_e6,
    case
        when priced.has_pool then 'pool'
        when priced.minute_rate_e6 is not null then 'var'
        else 'none'
    end as rate_source,
    -- One activity represents each contact, one without a rate if there is any.
    cast(
        case
            when
                priced.event = 'contact'
                and row_number() over (
                    partition by priced.event, priced.channel, priced.month
                    order by case when priced.minute_rate_e6 is null then 0 else 1 end, priced.activity
                ) = 1
                then 1
            else 0
        end
        as integer
    ) as contacts,
    cast(row_number() over (order by priced.event, priced.month, priced.channel, priced.activity) as integer)
        as tariff_no
from priced

-- Grain: one row per activity and source of its rate.
-- Cost to serve computed a second time for profit_reconciliation: from contacts, orders and returns counted by
-- length, in decimal arithmetic, without int_activity_events or the customers.

with lengths as (

    select
        'contact' as event,
        int_contacts.channel,
        int_contacts.month,
        int_contacts.minutes_e2,
        0 as lines,
        count(*) as events
    from int_contacts
    group by
        int_contacts.channel,
        int_contacts.month,
        int_contacts.minutes_e2

    union all

    select
        case when int_orders.is_order = 1 then 'order' else 'return' end as event,
        int_orders.channel,
        int_orders.month,
        0 as minutes_e2,
        int_orders.lines,
        count(*) as events
    from int_orders
    group by
        int_orders.is_order,
        int_orders.channel,
        int_orders.month,
        int_orders.lines

)

select
    int_activity_tariffs.activity,
    int_activity_tariffs.rate_source,
    cast(0.01 as decimal(2, 2))
    * sum(
        cast(lengths.events as decimal(20, 0))
        * cast(
            cast(
                int_activity_tariffs.per_event_e4
                + int_activity_tariffs.per_minute_e2 * lengths.minutes_e2
                + int_activity_tariffs.per_line_e4 * lengths.lines as decimal(18, 0)
            ) * cast(int_activity_tariffs.minute_rate_e6 as decimal(18, 0)) * cast(0.00000001 as decimal(8, 8))
            as decimal(18, 0)
        )
    ) as cost
from lengths
inner join int_activity_tariffs
    on
        (lengths.event is not distinct from int_activity_tariffs.event)
        and (lengths.channel is not distinct from int_activity_tariffs.channel)
        and (lengths.month is not distinct from int_activity_tariffs.month)
where int_activity_tariffs.minute_rate_e6 is not null
group by
    int_activity_tariffs.activity,
    int_activity_tariffs.rate_source

-- Grain: one row per contact, order or return, and activity it uses.
-- Cost to serve of each event, the source of all sums by customer, month, channel and activity: minutes x minute
-- rate, rounded half up to the minor unit. The table has many rows, so tariff_no identifies event and channel. A
-- contact always has a row; cost_minor is null without a rate.

with timed as (

    select
        int_contacts.customer_no,
        int_contacts.occurred_date,
        int_contacts.month,
        int_activity_tariffs.tariff_no,
        int_activity_tariffs.activity,
        int_activity_tariffs.contacts,
        int_activity_tariffs.minute_rate_e6,
        int_activity_tariffs.per_event_e4 + int_activity_tariffs.per_minute_e2 * int_contacts.minutes_e2 as minutes_e4
    from int_contacts
    inner join int_activity_tariffs
        on
            (int_contacts.channel is not distinct from int_activity_tariffs.channel)
            and (int_contacts.month is not distinct from int_activity_tariffs.month)
    where int_activity_tariffs.event = 'contact'

    union all

    select
        int_orders.customer_no,
        int_orders.ordered_date as occurred_date,
        int_orders.month,
        int_activity_tariffs.tariff_no,
        int_activity_tariffs.activity,
        int_activity_tariffs.contacts,
        int_activity_tariffs.minute_rate_e6,
        int_activity_tariffs.per_event_e4 + int_activity_tariffs.per_line_e4 * int_orders.lines as minutes_e4
    from int_orders
    inner join int_activity_tariffs
        on
            (int_orders.channel is not distinct from int_activity_tariffs.channel)
            and (int_orders.month is not distinct from int_activity_tariffs.month)
            and (
                int_orders.is_order
                is not distinct from case int_activity_tariffs.event when 'order' then 1 when 'return' then 0 end
            )

)

select
    timed.customer_no,
    timed.occurred_date,
    timed.month,
    timed.tariff_no,
    timed.activity,
    timed.contacts,
    timed.minutes_e4,
    (timed.minutes_e4 * timed.minute_rate_e6 + 50000000) / 100000000 as cost_minor
from timed

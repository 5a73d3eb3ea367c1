-- Grain: one row per local day, kind of event and item with any event, until as_of.
-- How much there is of everything that the extracts deliver, and how much of it is unidentified. The next run
-- holds its own history against this table (int_volume_guards): what was there must still be there.

with events as (

    select
        int_orders.ordered_date as date,
        case when int_orders.is_order = 1 then 'order' else 'return' end as event,
        coalesce(int_orders.channel, 'unknown') as item,
        int_orders.customer_no = 0 as is_unidentified,
        int_orders.net_minor
    from int_orders

    union all

    select
        int_contacts.occurred_date as date,
        'contact' as event,
        coalesce(int_contacts.channel, 'unknown') as item,
        int_contacts.customer_no = 0 as is_unidentified,
        null as net_minor
    from int_contacts

    union all

    select
        local_date(int_survey_answers.responded_at, $time_zone) as date,
        'answer' as event,
        int_survey_answers.survey_type as item,
        int_survey_answers.customer_no is null as is_unidentified,
        null as net_minor
    from int_survey_answers

    union all

    select
        int_customer_profiles.signup_date as date,
        'sign_up' as event,
        'all' as item,
        false as is_unidentified,
        null as net_minor
    from int_customer_profiles

)

select
    events.date,
    events.event,
    events.item,
    $as_of as as_of,
    count(*) as events,
    count(case when events.is_unidentified then 1 end) as unidentified_events,
    money(sum(events.net_minor)) as net_revenue,
    money(
        sum(case when events.is_unidentified then events.net_minor when events.net_minor is not null then 0 end)
    ) as unidentified_net_revenue
from events
group by
    events.date,
    events.event,
    events.item

-- Law 2, for events: each contact, order, return and survey answer known by as_of is in touchpoints, and nothing else
-- is; its key says that each is there once. Returns the events where the numbers differ.

with expected as (

    select
        'contact' as event,
        count(*) as events
    from int_contacts

    union all

    select
        'order' as event,
        coalesce(sum(int_orders.is_order), 0) as events
    from int_orders

    union all

    select
        'return' as event,
        coalesce(sum(1 - int_orders.is_order), 0) as events
    from int_orders

    union all

    select
        'survey' as event,
        count(*) as events
    from int_survey_answers

),

found as (

    select
        touchpoints.event,
        count(*) as events
    from touchpoints
    group by touchpoints.event

)

select
    expected.event,
    expected.events as expected,
    coalesce(found.events, 0) as found
from expected
left join found
    on expected.event = found.event
where expected.events <> coalesce(found.events, 0)

-- Grain: one row per survey answer and event that it is about, or is itself.
-- What ties an answer to a journey, by place: 1 the answer itself, which counts if the lookup journey_touchpoints makes
-- it a step; 2 the contact that int_survey_contacts found; 3 the order or return whose transaction_id the answer names,
-- unless the two are known to be of different customers. Of the returns of one transaction_id, it is the latest one
-- before the answer. named_journey is the journey that the answer names, which decides between an order
-- and a return with one transaction_id. occurred_at is null where event_id alone names the event.

with named_orders as (

    select
        int_survey_answers.response_id,
        int_survey_answers.journey,
        int_orders.is_order,
        int_orders.transaction_id,
        max(int_orders.ordered_at) as ordered_at
    from int_orders
    inner join int_survey_answers
        on int_orders.transaction_id = int_survey_answers.order_id
    where
        (
            int_survey_answers.customer_no is null
            or int_orders.customer_no in (0, int_survey_answers.customer_no)
        )
        and (
            int_orders.is_order = 1
            or int_orders.ordered_at <= int_survey_answers.responded_at
        )
    group by
        int_survey_answers.response_id,
        int_survey_answers.journey,
        int_orders.is_order,
        int_orders.transaction_id

)

select
    int_survey_answers.response_id,
    1 as place,
    'survey' as event,
    int_survey_answers.response_id as event_id,
    cast(null as timestamp with time zone) as occurred_at,
    int_survey_answers.journey as named_journey
from int_survey_answers

union all

select
    int_survey_contacts.response_id,
    2 as place,
    'contact' as event,
    int_survey_contacts.interaction_id as event_id,
    cast(null as timestamp with time zone) as occurred_at,
    null as named_journey
from int_survey_contacts

union all

select
    named_orders.response_id,
    3 as place,
    case named_orders.is_order when 1 then 'order' when 0 then 'return' end as event,
    named_orders.transaction_id as event_id,
    named_orders.ordered_at as occurred_at,
    named_orders.journey as named_journey
from named_orders

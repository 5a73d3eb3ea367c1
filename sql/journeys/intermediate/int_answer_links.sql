-- Grain: one row per survey answer and event that it is about, or is itself.
-- What ties an answer to a journey, by place: 1 the answer itself, which counts if the lookup journey_touchpoints makes
-- it a step; 2 the contact that int_survey_contacts found; 3 the order or return whose transaction_id the answer names,
-- unless the two are known to be of different customers. named_journey is the journey that the answer names, which
-- decides between an order and a return with one transaction_id.

select
    int_survey_answers.response_id,
    1 as place,
    'survey' as event,
    int_survey_answers.response_id as event_id,
    int_survey_answers.journey as named_journey
from int_survey_answers

union all

select
    int_survey_contacts.response_id,
    2 as place,
    'contact' as event,
    int_survey_contacts.interaction_id as event_id,
    null as named_journey
from int_survey_contacts

union all

select
    int_survey_answers.response_id,
    3 as place,
    case int_orders.is_order when 1 then 'order' when 0 then 'return' end as event,
    int_orders.transaction_id as event_id,
    int_survey_answers.journey as named_journey
from int_orders
inner join int_survey_answers
    on int_orders.transaction_id = int_survey_answers.order_id
where
    int_survey_answers.customer_no is null
    or int_orders.customer_no in (0, int_survey_answers.customer_no)

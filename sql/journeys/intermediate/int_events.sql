-- Grain: one row per contact, order, return and survey answer.
-- The events in which customers and the company meet. customer_no 0: unidentified. is_own: 1 for a contact that the
-- customer made, 0 for one of the company (the smallest integer type, because the steps of journeys are sorted).

select
    'contact' as event,
    int_contacts.interaction_id as event_id,
    int_contacts.customer_no,
    int_contacts.occurred_at,
    coalesce(int_contacts.touchpoint, 'unknown') as touchpoint,
    int_contacts.channel,
    int_contacts.journey,
    int_contacts.store_id,
    int_contacts.is_two_way,
    int_contacts.is_automatic,
    cast(case when int_contacts.direction = 'customer' then 1 else 0 end as tinyint) as is_own,
    int_contacts.minutes_e2
from int_contacts

union all

select
    case int_orders.is_order when 1 then 'order' when 0 then 'return' end as event,
    int_orders.transaction_id as event_id,
    int_orders.customer_no,
    int_orders.ordered_at as occurred_at,
    case int_orders.is_order when 1 then 'order' when 0 then 'return' end as touchpoint,
    int_orders.channel,
    null as journey,
    null as store_id,
    0 as is_two_way,
    0 as is_automatic,
    cast(null as tinyint) as is_own,
    null as minutes_e2
from int_orders

union all

select
    'survey' as event,
    int_survey_answers.response_id as event_id,
    coalesce(int_survey_answers.customer_no, 0) as customer_no,
    int_survey_answers.responded_at as occurred_at,
    case
        when int_survey_answers.survey_type = 'touchpoint' then coalesce(int_survey_answers.touchpoint, 'unknown')
        else 'relationship'
    end as touchpoint,
    null as channel,
    null as journey,
    null as store_id,
    0 as is_two_way,
    0 as is_automatic,
    cast(null as tinyint) as is_own,
    null as minutes_e2
from int_survey_answers

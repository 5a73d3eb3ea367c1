-- Grain: one row per contact, order, return and survey answer.
-- The events in which customers and the company meet, narrow: what a kind of event has in common is in int_event_kinds.
-- at is in microseconds since 1970, customer_no 0 is nobody known.

select
    cast(1 as integer) as event_no,
    int_contacts.interaction_id as event_id,
    int_contacts.customer_no,
    cast(int_contacts.occurred_at as bigint) as at,
    int_event_kinds.kind_no,
    int_contacts.minutes_e2
from int_contacts
inner join int_event_kinds
    on
        int_event_kinds.event = 'contact'
        and coalesce(int_contacts.touchpoint, 'unknown') = int_event_kinds.touchpoint
        and coalesce(int_contacts.channel, 'unknown') = int_event_kinds.channel
        and coalesce(int_contacts.journey, 'unknown') = int_event_kinds.journey
        and coalesce(int_contacts.store_id, 'unknown') = int_event_kinds.store_id
        and int_contacts.is_two_way = int_event_kinds.is_two_way
        and int_contacts.is_automatic = int_event_kinds.is_automatic

union all

select
    cast(case when int_orders.is_order = 1 then 2 else 3 end as integer) as event_no,
    int_orders.transaction_id as event_id,
    int_orders.customer_no,
    cast(int_orders.ordered_at as bigint) as at,
    int_event_kinds.kind_no,
    cast(null as bigint) as minutes_e2
from int_orders
inner join int_event_kinds
    on
        case when int_orders.is_order = 1 then 'order' else 'return' end = int_event_kinds.event
        and coalesce(int_orders.channel, 'unknown') = int_event_kinds.channel

union all

select
    cast(4 as integer) as event_no,
    int_survey_answers.response_id as event_id,
    coalesce(int_survey_answers.customer_no, 0) as customer_no,
    cast(int_survey_answers.responded_at as bigint) as at,
    int_event_kinds.kind_no,
    cast(null as bigint) as minutes_e2
from int_survey_answers
inner join int_event_kinds
    on
        int_event_kinds.event = 'survey'
        and coalesce(
            case
                when int_survey_answers.survey_type = 'touchpoint' then int_survey_answers.touchpoint
                else 'relationship'
            end,
            'unknown'
        ) = int_event_kinds.touchpoint

-- Grain: one row per person.
-- The instants that occur once per person and that the lifecycle rules use, in microseconds since 1970 (UTC), because
-- integers sort and add fastest. Contacts are those that the customer made; contacts, or orders, at the same instant
-- count as one. first_use_at is the first sign of use after the first order: a contact, an answer, an event of the
-- loyalty programme or the day of joining it. Points earned on the day of the first order are part of that order.

with contacts as (

    select
        int_contacts.customer_no,
        min(cast(int_contacts.occurred_at as bigint)) as first_contact_at,
        min(case when int_contacts.is_two_way = 1 then cast(int_contacts.occurred_at as bigint) end)
            as two_way_contact_at
    from int_contacts
    where
        int_contacts.customer_no > 0
        and int_contacts.direction = 'customer'
    group by int_contacts.customer_no

),

contacted as (

    select
        contacts.customer_no,
        contacts.first_contact_at,
        cast(int_customer_purchases.first_purchase_at as bigint) as first_order_at
    from contacts
    left join int_customer_purchases
        on contacts.customer_no = int_customer_purchases.customer_no

),

later_contacts as (

    select
        int_contacts.customer_no,
        min(
            case
                when cast(int_contacts.occurred_at as bigint) > contacted.first_contact_at
                    then cast(int_contacts.occurred_at as bigint)
            end
        ) as second_contact_at,
        min(
            case
                when cast(int_contacts.occurred_at as bigint) > contacted.first_order_at
                    then cast(int_contacts.occurred_at as bigint)
            end
        ) as contact_after_order_at
    from int_contacts
    inner join contacted
        on int_contacts.customer_no = contacted.customer_no
    where int_contacts.direction = 'customer'
    group by int_contacts.customer_no

),

answers as (

    select
        int_survey_answers.customer_no,
        min(cast(int_survey_answers.responded_at as bigint)) as answer_after_order_at
    from int_survey_answers
    inner join int_customer_purchases
        on int_survey_answers.customer_no = int_customer_purchases.customer_no
    where int_survey_answers.responded_at > int_customer_purchases.first_purchase_at
    group by int_survey_answers.customer_no

),

loyalty_events as (

    select
        int_loyalty_events.customer_no,
        min(cast(int_loyalty_events.occurred_at as bigint)) as loyalty_event_after_order_at
    from int_loyalty_events
    inner join int_customer_purchases
        on int_loyalty_events.customer_no = int_customer_purchases.customer_no
    where
        int_loyalty_events.customer_no > 0
        and int_loyalty_events.occurred_at > int_customer_purchases.first_purchase_at
        and (
            int_loyalty_events.kind <> 'earn'
            or int_loyalty_events.occurred_date > int_customer_purchases.first_purchase_date
        )
    group by int_loyalty_events.customer_no

),

repeat_orders as (

    select
        int_orders.customer_no,
        min(cast(int_orders.ordered_at as bigint)) as repeat_order_at
    from int_orders
    inner join int_customer_purchases
        on int_orders.customer_no = int_customer_purchases.customer_no
    where
        int_orders.customer_no > 0
        and int_orders.is_order = 1
        and int_orders.ordered_at > int_customer_purchases.first_purchase_at
    group by int_orders.customer_no

),

profiles as (

    select
        int_customer_profiles.customer_no,
        cast(start_of_day(int_customer_profiles.signup_date, $time_zone) as bigint) as known_at,
        cast(start_of_day(int_customer_profiles.loyalty_joined_date, $time_zone) as bigint) as loyalty_joined_at,
        cast(int_customer_purchases.first_purchase_at as bigint) as first_order_at
    from int_customer_profiles
    left join int_customer_purchases
        on int_customer_profiles.customer_no = int_customer_purchases.customer_no

)

select
    profiles.customer_no,
    profiles.known_at,
    profiles.loyalty_joined_at,
    contacts.first_contact_at,
    later_contacts.second_contact_at,
    contacts.two_way_contact_at,
    profiles.first_order_at,
    repeat_orders.repeat_order_at,
    -- least skips nulls.
    least(
        later_contacts.contact_after_order_at,
        answers.answer_after_order_at,
        loyalty_events.loyalty_event_after_order_at,
        case when profiles.loyalty_joined_at > profiles.first_order_at then profiles.loyalty_joined_at end
    ) as first_use_at
from profiles
left join contacts
    on profiles.customer_no = contacts.customer_no
left join later_contacts
    on profiles.customer_no = later_contacts.customer_no
left join answers
    on profiles.customer_no = answers.customer_no
left join loyalty_events
    on profiles.customer_no = loyalty_events.customer_no
left join repeat_orders
    on profiles.customer_no = repeat_orders.customer_no

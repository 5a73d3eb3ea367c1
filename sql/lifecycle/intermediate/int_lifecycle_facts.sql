-- Grain: one row per person.
-- The instants that occur once per person and that the lifecycle rules use, in microseconds since 1970 (UTC), because
-- integers sort and add fastest. Contacts count only before the first order; contacts, or orders, at the same instant
-- count as one.

with contacts as (

    select
        int_contacts.customer_no,
        min(cast(int_contacts.occurred_at as bigint)) as first_contact_at,
        min(case when int_contacts.is_two_way = 1 then cast(int_contacts.occurred_at as bigint) end)
            as two_way_contact_at
    from int_contacts
    where int_contacts.customer_no > 0
    group by int_contacts.customer_no

),

second_contacts as (

    select
        int_contacts.customer_no,
        min(cast(int_contacts.occurred_at as bigint)) as second_contact_at
    from int_contacts
    inner join contacts
        on int_contacts.customer_no = contacts.customer_no
    where cast(int_contacts.occurred_at as bigint) > contacts.first_contact_at
    group by int_contacts.customer_no

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
        cast(start_of_day(int_customer_profiles.loyalty_joined_date, $time_zone) as bigint) as loyalty_joined_at
    from int_customer_profiles

)

select
    profiles.customer_no,
    profiles.known_at,
    profiles.loyalty_joined_at,
    contacts.first_contact_at,
    second_contacts.second_contact_at,
    contacts.two_way_contact_at,
    cast(int_customer_purchases.first_purchase_at as bigint) as first_order_at,
    repeat_orders.repeat_order_at
from profiles
left join contacts
    on profiles.customer_no = contacts.customer_no
left join second_contacts
    on profiles.customer_no = second_contacts.customer_no
left join int_customer_purchases
    on profiles.customer_no = int_customer_purchases.customer_no
left join repeat_orders
    on profiles.customer_no = repeat_orders.customer_no

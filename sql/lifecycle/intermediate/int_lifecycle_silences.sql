-- Grain: one row per person and silence of more than $at_risk_days after the first order.
-- From the last activity (an order or a contact that the customer made) before the silence to the next one, or to the
-- end of as_of if it still lasts.

with activity as (

    select
        int_orders.customer_no,
        cast(int_orders.ordered_at as bigint) as at
    from int_orders
    where
        int_orders.customer_no > 0
        and int_orders.is_order = 1

    union all

    select
        int_contacts.customer_no,
        cast(int_contacts.occurred_at as bigint) as at
    from int_contacts
    inner join int_lifecycle_facts
        on int_contacts.customer_no = int_lifecycle_facts.customer_no
    where
        cast(int_contacts.occurred_at as bigint) > int_lifecycle_facts.first_order_at
        and int_contacts.direction = 'customer'

),

silences as (

    select
        activity.customer_no,
        activity.at,
        lead(activity.at) over (partition by activity.customer_no order by activity.at) as next_at
    from activity

)

select
    silences.customer_no,
    silences.at as silent_from,
    coalesce(silences.next_at, cast($as_of_end as bigint)) as silent_until
from silences
where coalesce(silences.next_at, cast($as_of_end as bigint)) - silences.at > $at_risk_days * 86400000000

-- Grain: one row per answer that int_stated_answers chose.
-- The person's behaviour in the $outcome_window_days after the answer, and the revenue of as many days before it; an
-- order at the very instant of the answer counts as before. was_member is null without the extract loyalty_events.

with answers as (

    select
        int_stated_answers.response_id,
        int_stated_answers.customer_no,
        int_stated_answers.responded_at,
        int_stated_answers.responded_at - $outcome_window_days * 86400000000 as begins_at,
        int_stated_answers.responded_at + $outcome_window_days * 86400000000 as ends_at
    from int_stated_answers
    group by
        int_stated_answers.response_id,
        int_stated_answers.customer_no,
        int_stated_answers.responded_at

),

purchases as (

    select
        answers.response_id,
        sum(
            case when cast(int_orders.ordered_at as bigint) > answers.responded_at then int_orders.is_order else 0 end
        ) as orders_after,
        sum(
            case when cast(int_orders.ordered_at as bigint) <= answers.responded_at then int_orders.net_minor else 0 end
        ) as before_minor,
        sum(
            case when cast(int_orders.ordered_at as bigint) > answers.responded_at then int_orders.net_minor else 0 end
        ) as after_minor
    from int_orders
    inner join answers
        on int_orders.customer_no = answers.customer_no
    where
        cast(int_orders.ordered_at as bigint) > answers.begins_at
        and cast(int_orders.ordered_at as bigint) <= answers.ends_at
    group by answers.response_id

),

complaints as (

    select
        answers.response_id,
        count(*) as complaints
    from int_contacts
    inner join answers
        on int_contacts.customer_no = answers.customer_no
    where
        int_contacts.touchpoint = $complaint_touchpoint
        and int_contacts.direction = 'customer'
        and cast(int_contacts.occurred_at as bigint) > answers.responded_at
        and cast(int_contacts.occurred_at as bigint) <= answers.ends_at
    group by answers.response_id

),

lapses as (

    -- A person is in one stage at a time: at most one stay contains the end of the window.
    select answers.response_id
    from int_customer_stages
    inner join answers
        on int_customer_stages.customer_no = answers.customer_no
    where
        int_customer_stages.stage = 'lapsed'
        and int_customer_stages.entered_at <= answers.ends_at
        and coalesce(int_customer_stages.left_at > answers.ends_at, true)

),

memberships as (

    select
        answers.response_id,
        coalesce(int_memberships.left_at <= answers.ends_at, false) as has_left
    from int_memberships
    inner join answers
        on int_memberships.customer_no = answers.customer_no
    where
        int_memberships.joined_at <= answers.responded_at
        and coalesce(int_memberships.left_at > answers.responded_at, true)

),

programme as (

    select count(*) > 0 as has_events
    from int_loyalty_events

)

select
    answers.response_id,
    answers.customer_no,
    coalesce(cast(int_customer_purchases.first_purchase_at as bigint) <= answers.responded_at, false)
        as is_buyer,
    coalesce(cast(int_customer_purchases.first_purchase_at as bigint) <= answers.begins_at, false)
        as is_established,
    coalesce(purchases.orders_after, 0) as orders_after,
    coalesce(purchases.before_minor, 0) as before_minor,
    coalesce(purchases.after_minor, 0) as after_minor,
    coalesce(complaints.complaints, 0) as complaints_after,
    lapses.response_id is not null as is_lapsed,
    case when programme.has_events then memberships.response_id is not null end as was_member,
    coalesce(memberships.has_left, false) as has_left
from answers
cross join programme
left join int_customer_purchases
    on answers.customer_no = int_customer_purchases.customer_no
left join purchases
    on answers.response_id = purchases.response_id
left join complaints
    on answers.response_id = complaints.response_id
left join lapses
    on answers.response_id = lapses.response_id
left join memberships
    on answers.response_id = memberships.response_id

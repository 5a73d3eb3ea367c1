-- Grain: one row per person and membership of the loyalty programme.
-- Start and end of memberships, in microseconds since 1970 (UTC) and as month numbers from year 0; left_at null:
-- still a member. Join and leave events decide if the person has any. A person without them is a member from the
-- CRM's joining date, or from the first points, and never leaves. A person who leaves without having joined (the join
-- precedes the extract) has been a member from the CRM's joining date, the first points or the sign-up, whichever is
-- known and earliest. Of a leave and a join at one instant the join is the later.

with events as (

    select
        int_loyalty_events.customer_no,
        min(cast(int_loyalty_events.occurred_at as bigint)) as first_event_at,
        min(case when int_loyalty_events.kind = 'join' then cast(int_loyalty_events.occurred_at as bigint) end)
            as first_join_at,
        min(case when int_loyalty_events.kind = 'leave' then cast(int_loyalty_events.occurred_at as bigint) end)
            as first_leave_at
    from int_loyalty_events
    where int_loyalty_events.customer_no > 0
    group by int_loyalty_events.customer_no

),

origins as (

    select
        int_lifecycle_facts.customer_no,
        int_lifecycle_facts.known_at,
        int_lifecycle_facts.loyalty_joined_at,
        events.first_event_at,
        events.first_join_at,
        events.first_leave_at
    from int_lifecycle_facts
    left join events
        on int_lifecycle_facts.customer_no = events.customer_no
    where
        int_lifecycle_facts.loyalty_joined_at is not null
        or events.customer_no is not null

),

implied as (

    select
        origins.customer_no,
        case
            when origins.first_join_at is null and origins.first_leave_at is null
                then coalesce(origins.loyalty_joined_at, origins.first_event_at)
            when origins.first_join_at <= origins.first_leave_at or origins.first_leave_at is null
                then null
            when origins.loyalty_joined_at < origins.first_leave_at
                then least(origins.loyalty_joined_at, origins.first_event_at)
            when origins.first_event_at < origins.first_leave_at
                then origins.first_event_at
            when origins.known_at < origins.first_leave_at
                then origins.known_at
        end as at
    from origins

),

changes as (

    select
        int_loyalty_events.customer_no,
        cast(int_loyalty_events.occurred_at as bigint) as at,
        case int_loyalty_events.kind when 'join' then 1 else 0 end as is_member
    from int_loyalty_events
    where
        int_loyalty_events.customer_no > 0
        and int_loyalty_events.kind in ('join', 'leave')

    union

    select
        implied.customer_no,
        implied.at,
        1 as is_member
    from implied
    where implied.at is not null

),

compared as (

    select
        changes.customer_no,
        changes.at,
        changes.is_member,
        lag(changes.is_member) over (partition by changes.customer_no order by changes.at, changes.is_member)
            as was_member
    from changes

),

turns as (

    select
        compared.customer_no,
        compared.at,
        compared.is_member,
        lead(compared.at) over (partition by compared.customer_no order by compared.at, compared.is_member)
            as next_at
    from compared
    where compared.is_member <> coalesce(compared.was_member, 0)

),

memberships as (

    select
        turns.customer_no,
        turns.at as joined_at,
        turns.next_at as left_at,
        local_date(arrow_cast(turns.at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone) as joined_date,
        local_date(arrow_cast(turns.next_at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone) as left_date
    from turns
    where turns.is_member = 1

)

select
    memberships.customer_no,
    memberships.joined_at,
    memberships.left_at,
    cast(date_part('year', memberships.joined_date) as bigint) * 12
    + cast(date_part('month', memberships.joined_date) as bigint) - 1 as joined_month_no,
    cast(date_part('year', memberships.left_date) as bigint) * 12
    + cast(date_part('month', memberships.left_date) as bigint) - 1 as left_month_no
from memberships

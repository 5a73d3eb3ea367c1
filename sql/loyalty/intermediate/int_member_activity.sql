-- Grain: one row per month number in which the number of active members changes.
-- A member is active at the end of a month with an order, or with points earned or redeemed, in the
-- $loyalty_active_months until then. Each month of activity lasts until the next one, at most that long, and only
-- during the membership; its beginning and end change the number of active members.

with activity as (

    select
        int_customer_months.customer_no,
        int_customer_months.month
    from int_customer_months
    where
        int_customer_months.customer_no > 0
        and int_customer_months.orders > 0

    union

    select
        int_loyalty_events.customer_no,
        int_loyalty_events.month
    from int_loyalty_events
    where
        int_loyalty_events.customer_no > 0
        and int_loyalty_events.kind in ('earn', 'redeem')

),

numbered as (

    select
        activity.customer_no,
        cast(date_part('year', activity.month) as bigint) * 12
        + cast(date_part('month', activity.month) as bigint) - 1 as month_no
    from activity

),

spans as (

    -- least skips the null of a last activity.
    select
        numbered.customer_no,
        numbered.month_no as begins,
        least(
            lead(numbered.month_no) over (partition by numbered.customer_no order by numbered.month_no),
            numbered.month_no + cast($loyalty_active_months as bigint)
        ) as ends
    from numbered

),

clipped as (

    select
        greatest(spans.begins, int_memberships.joined_month_no) as begins,
        least(spans.ends, int_memberships.left_month_no) as ends
    from spans
    inner join int_memberships
        on spans.customer_no = int_memberships.customer_no

),

changes as (

    select
        clipped.begins as month_no,
        1 as change
    from clipped
    where clipped.begins < clipped.ends

    union all

    select
        clipped.ends as month_no,
        -1 as change
    from clipped
    where clipped.begins < clipped.ends

)

select
    changes.month_no,
    sum(changes.change) as active_change
from changes
group by changes.month_no

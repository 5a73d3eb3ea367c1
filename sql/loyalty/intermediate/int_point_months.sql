-- Grain: one row per month number in which points, or the number of unredeemed ones, change.
-- Points earned and redeemed and the cost of the redeemed ones. Points mature $loyalty_breakage_months after the
-- month in which they were earned. Redemptions use a person's oldest points first, so that max(matured - redeemed, 0)
-- of the matured points are unredeemed: a step function per person, of which each step is added to its month. Points
-- of unidentified customers are counted as earned and redeemed but are in no step function.

with events as (

    select
        int_loyalty_events.customer_no,
        cast(date_part('year', int_loyalty_events.month) as bigint) * 12
        + cast(date_part('month', int_loyalty_events.month) as bigint) - 1 as month_no,
        case when int_loyalty_events.kind = 'earn' then int_loyalty_events.points else 0 end as earned,
        case when int_loyalty_events.kind = 'redeem' then int_loyalty_events.points else 0 end as redeemed,
        int_loyalty_events.programme_cost_minor
    from int_loyalty_events
    where int_loyalty_events.kind in ('earn', 'redeem')

),

flows as (

    select
        events.month_no,
        sum(events.earned) as earned,
        sum(events.redeemed) as redeemed,
        sum(events.programme_cost_minor) as reward_cost_minor
    from events
    group by events.month_no

),

moves as (

    select
        events.customer_no,
        events.month_no + cast($loyalty_breakage_months as bigint) as month_no,
        events.earned as matured,
        0 as redeemed
    from events
    where
        events.customer_no > 0
        and events.earned > 0

    union all

    select
        events.customer_no,
        events.month_no,
        0 as matured,
        events.redeemed
    from events
    where
        events.customer_no > 0
        and events.redeemed > 0

),

person_months as (

    select
        moves.customer_no,
        moves.month_no,
        sum(moves.matured) as matured,
        sum(moves.redeemed) as redeemed
    from moves
    group by
        moves.customer_no,
        moves.month_no

),

running as (

    select
        person_months.customer_no,
        person_months.month_no,
        person_months.matured,
        greatest(
            sum(person_months.matured - person_months.redeemed) over (
                partition by person_months.customer_no order by person_months.month_no
                rows between unbounded preceding and current row
            ),
            0
        ) as unredeemed
    from person_months

),

steps as (

    select
        running.month_no,
        running.matured,
        running.unredeemed
        - coalesce(lag(running.unredeemed) over (partition by running.customer_no order by running.month_no), 0)
            as unredeemed_change
    from running

),

staircases as (

    select
        steps.month_no,
        sum(steps.matured) as matured,
        sum(steps.unredeemed_change) as unredeemed_change
    from steps
    group by steps.month_no

)

select
    coalesce(flows.month_no, staircases.month_no) as month_no,
    coalesce(flows.earned, 0) as earned,
    coalesce(flows.redeemed, 0) as redeemed,
    coalesce(flows.reward_cost_minor, 0) as reward_cost_minor,
    coalesce(staircases.matured, 0) as matured,
    coalesce(staircases.unredeemed_change, 0) as unredeemed_change
from flows
full join staircases
    on flows.month_no = staircases.month_no

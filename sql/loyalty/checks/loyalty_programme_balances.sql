-- Law 7: in every month, members = members of the previous month + joined - left, and points outstanding likewise;
-- the last month's members equal the open memberships, points and their cost equal those of all events; and members
-- and other customers together bought what all identified customers bought. Returns the months, and the totals (month
-- null), that differ.

with balanced as (

    select
        loyalty_programme.month,
        loyalty_programme.members,
        loyalty_programme.members_joined,
        loyalty_programme.members_left,
        loyalty_programme.points_earned,
        loyalty_programme.points_redeemed,
        loyalty_programme.points_outstanding,
        coalesce(lag(loyalty_programme.members) over (order by loyalty_programme.month), 0) as members_before,
        coalesce(lag(loyalty_programme.points_outstanding) over (order by loyalty_programme.month), 0)
            as outstanding_before,
        lead(loyalty_programme.month) over (order by loyalty_programme.month) is null as is_last_month
    from loyalty_programme

),

memberships as (

    select count(*) as members
    from int_memberships
    where int_memberships.left_at is null

),

programme as (

    select
        coalesce(sum(loyalty_programme.points_earned), 0) as points_earned,
        coalesce(sum(loyalty_programme.points_redeemed), 0) as points_redeemed,
        coalesce(sum(loyalty_programme.reward_cost), 0) as reward_cost,
        coalesce(sum(loyalty_programme.member_orders + loyalty_programme.non_member_orders), 0) as orders,
        coalesce(sum(loyalty_programme.member_net_revenue + loyalty_programme.non_member_net_revenue), 0)
            as net_revenue,
        min(loyalty_programme.month) as first_month
    from loyalty_programme

),

events as (

    select
        coalesce(sum(case when int_loyalty_events.kind = 'earn' then int_loyalty_events.points end), 0)
            as points_earned,
        coalesce(sum(case when int_loyalty_events.kind = 'redeem' then int_loyalty_events.points end), 0)
            as points_redeemed,
        cast(coalesce(sum(int_loyalty_events.programme_cost_minor), 0) as decimal(38, 2)) / 100 as reward_cost
    from int_loyalty_events

),

purchases as (

    select
        coalesce(sum(customer_months.orders), 0) as orders,
        coalesce(sum(customer_months.net_revenue), 0) as net_revenue
    from customer_months
    cross join programme
    where
        customer_months.customer_key <> 'unidentified'
        and customer_months.month >= programme.first_month

)

select
    balanced.month,
    balanced.members,
    balanced.members_before + balanced.members_joined - balanced.members_left as expected_members,
    balanced.points_outstanding,
    balanced.outstanding_before + balanced.points_earned - balanced.points_redeemed as expected_outstanding,
    null as orders,
    null as expected_orders
from balanced
cross join memberships
where
    balanced.members <> balanced.members_before + balanced.members_joined - balanced.members_left
    or coalesce(
        balanced.points_outstanding
        <> balanced.outstanding_before + balanced.points_earned - balanced.points_redeemed,
        false
    )
    or (balanced.is_last_month and balanced.members <> memberships.members)

union all

select
    null as month,
    null as members,
    null as expected_members,
    programme.points_earned - programme.points_redeemed as points_outstanding,
    events.points_earned - events.points_redeemed as expected_outstanding,
    programme.orders,
    purchases.orders as expected_orders
from programme
cross join events
cross join purchases
where
    programme.points_earned <> events.points_earned
    or programme.points_redeemed <> events.points_redeemed
    or programme.reward_cost <> events.reward_cost
    or programme.orders <> purchases.orders
    or programme.net_revenue <> purchases.net_revenue

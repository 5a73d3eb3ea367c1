-- Grain: one row per month from the first membership or loyalty event to as_of.
-- The loyalty programme by month: members = members of the previous month + joined - left. Without the extract
-- loyalty_events, members come from the CRM, departures are unknown, and columns based on events are null; so are
-- points and retention of months before the first event. In a month that is not over by as_of, members have had less
-- time to leave or to be active, so its rates of retention and participation are null.

with moves as (

    select
        int_memberships.joined_month_no as month_no,
        1 as begun,
        0 as ended
    from int_memberships

    union all

    select
        int_memberships.left_month_no as month_no,
        0 as begun,
        1 as ended
    from int_memberships
    where int_memberships.left_month_no is not null

),

member_moves as (

    select
        moves.month_no,
        sum(moves.begun) as begun,
        sum(moves.ended) as ended
    from moves
    group by moves.month_no

),

departures as (

    -- Memberships that ended, by when they began: departures among the members at a month's end.
    select
        int_memberships.joined_month_no,
        int_memberships.left_month_no,
        count(*) as memberships
    from int_memberships
    where int_memberships.left_month_no is not null
    group by
        int_memberships.joined_month_no,
        int_memberships.left_month_no

),

sign_ups as (

    select
        cast(date_part('year', int_customer_profiles.signup_date) as bigint) * 12
        + cast(date_part('month', int_customer_profiles.signup_date) as bigint) - 1 as month_no,
        count(*) as customers
    from int_customer_profiles
    group by
        cast(date_part('year', int_customer_profiles.signup_date) as bigint) * 12
        + cast(date_part('month', int_customer_profiles.signup_date) as bigint) - 1

),

event_months as (

    select
        cast(date_part('year', min(int_loyalty_events.month)) as bigint) * 12
        + cast(date_part('month', min(int_loyalty_events.month)) as bigint) - 1 as first_month_no
    from int_loyalty_events

),

first_month as (

    -- least skips the null of no event or no joins.
    select least(min(member_moves.month_no), min(event_months.first_month_no)) as month_no
    from event_months
    left join member_moves
        on true

),

months as (

    select
        unnest(
            range(
                first_month.month_no,
                cast(date_part('year', $as_of) as bigint) * 12 + cast(date_part('month', $as_of) as bigint)
            )
        ) as month_no
    from first_month
    where first_month.month_no is not null

),

purchases as (

    select
        int_customer_months.customer_no,
        cast(date_part('year', int_customer_months.month) as bigint) * 12
        + cast(date_part('month', int_customer_months.month) as bigint) - 1 as month_no,
        int_customer_months.orders,
        int_customer_months.net_minor
    from int_customer_months
    where int_customer_months.customer_no > 0

),

member_purchases as (

    select
        purchases.month_no,
        sum(purchases.orders) as orders,
        sum(purchases.net_minor) as net_minor
    from purchases
    inner join int_memberships
        on purchases.customer_no = int_memberships.customer_no
    where
        int_memberships.joined_month_no <= purchases.month_no
        and coalesce(int_memberships.left_month_no > purchases.month_no, true)
    group by purchases.month_no

),

all_purchases as (

    select
        purchases.month_no,
        sum(purchases.orders) as orders,
        sum(purchases.net_minor) as net_minor
    from purchases
    group by purchases.month_no

),

customers_known as (

    select
        months.month_no,
        sum(case when sign_ups.month_no <= months.month_no then sign_ups.customers else 0 end) as customers
    from months
    cross join sign_ups
    group by months.month_no

),

left_since as (

    select
        months.month_no,
        sum(
            case
                when
                    departures.left_month_no = months.month_no
                    and departures.joined_month_no < months.month_no
                    then departures.memberships
                else 0
            end
        ) as left_of_month_before,
        sum(
            case
                when
                    departures.joined_month_no <= months.month_no - 12
                    and departures.left_month_no > months.month_no - 12
                    and departures.left_month_no <= months.month_no
                    then departures.memberships
                else 0
            end
        ) as left_of_year_before
    from months
    left join departures
        on departures.left_month_no <= months.month_no
    group by months.month_no

),

flows as (

    select
        months.month_no,
        months.month_no >= event_months.first_month_no as has_events,
        coalesce(member_moves.begun, 0) as begun,
        coalesce(member_moves.ended, 0) as ended,
        coalesce(int_member_activity.active_change, 0) as active_change,
        coalesce(int_point_months.earned, 0) as earned,
        coalesce(int_point_months.redeemed, 0) as redeemed,
        coalesce(int_point_months.reward_cost_minor, 0) as reward_cost_minor,
        coalesce(int_point_months.matured, 0) as matured,
        coalesce(int_point_months.unredeemed_change, 0) as unredeemed_change
    from months
    cross join event_months
    left join member_moves
        on months.month_no = member_moves.month_no
    left join int_member_activity
        on months.month_no = int_member_activity.month_no
    left join int_point_months
        on months.month_no = int_point_months.month_no

),

stocks as (

    select
        flows.month_no,
        coalesce(flows.has_events, false) as has_events,
        flows.begun,
        flows.ended,
        flows.earned,
        flows.redeemed,
        flows.reward_cost_minor,
        sum(flows.begun - flows.ended)
            over (order by flows.month_no rows between unbounded preceding and current row) as members,
        sum(flows.active_change)
            over (order by flows.month_no rows between unbounded preceding and current row) as active_members,
        sum(flows.earned - flows.redeemed)
            over (order by flows.month_no rows between unbounded preceding and current row) as outstanding,
        sum(flows.matured)
            over (order by flows.month_no rows between unbounded preceding and current row) as matured,
        sum(flows.unredeemed_change)
            over (order by flows.month_no rows between unbounded preceding and current row) as unredeemed
    from flows

),

compared as (

    select
        stocks.month_no,
        stocks.has_events,
        stocks.begun,
        stocks.ended,
        stocks.earned,
        stocks.redeemed,
        stocks.reward_cost_minor,
        stocks.members,
        stocks.active_members,
        stocks.outstanding,
        stocks.matured,
        stocks.unredeemed,
        coalesce(lag(stocks.members) over (order by stocks.month_no), 0) as members_month_before,
        coalesce(lag(stocks.members, 12) over (order by stocks.month_no), 0) as members_year_before,
        coalesce(lag(stocks.has_events, 12) over (order by stocks.month_no), false) as had_events_year_before,
        -- The month of the day after as_of is the first that is not over.
        stocks.month_no
        < cast(date_part('year', cast(cast($as_of as int) + 1 as date)) as bigint) * 12
        + cast(date_part('month', cast(cast($as_of as int) + 1 as date)) as bigint) - 1 as is_complete_month
    from stocks

)

select
    cast(
        concat(
            lpad(cast(compared.month_no / 12 as varchar), 4, '0'),
            '-',
            lpad(cast(compared.month_no % 12 + 1 as varchar), 2, '0'),
            '-01'
        ) as date
    ) as month,
    compared.is_complete_month,
    compared.members,
    compared.active_members,
    case
        when compared.is_complete_month
            then cast(compared.active_members as double) / nullif(cast(compared.members as double), 0)
    end as participation_rate,
    compared.begun as members_joined,
    compared.ended as members_left,
    case
        when compared.has_events and compared.is_complete_month
            then
                cast(compared.members_month_before - left_since.left_of_month_before as double)
                / nullif(cast(compared.members_month_before as double), 0)
    end as retention_rate,
    case
        when compared.had_events_year_before and compared.is_complete_month
            then
                cast(compared.members_year_before - left_since.left_of_year_before as double)
                / nullif(cast(compared.members_year_before as double), 0)
    end as retention_12m,
    coalesce(customers_known.customers, 0) as customers,
    cast(compared.members as double) / nullif(cast(customers_known.customers as double), 0) as membership_share,
    case when compared.has_events then compared.earned end as points_earned,
    case when compared.has_events then compared.redeemed end as points_redeemed,
    case when compared.has_events then compared.outstanding end as points_outstanding,
    case when compared.has_events then compared.matured end as points_matured,
    case when compared.has_events then compared.unredeemed end as points_unredeemed,
    case
        when compared.has_events
            then cast(compared.unredeemed as double) / nullif(cast(compared.matured as double), 0)
    end as breakage_rate,
    case
        when compared.has_events
            then money(compared.reward_cost_minor)
    end as reward_cost,
    coalesce(member_purchases.orders, 0) as member_orders,
    coalesce(all_purchases.orders, 0) - coalesce(member_purchases.orders, 0) as non_member_orders,
    money(coalesce(member_purchases.net_minor, 0)) as member_net_revenue,
    money(coalesce(all_purchases.net_minor, 0) - coalesce(member_purchases.net_minor, 0)) as non_member_net_revenue,
    case when compared.has_events then 'events' else 'crm' end as membership_source
from compared
inner join left_since
    on compared.month_no = left_since.month_no
left join customers_known
    on compared.month_no = customers_known.month_no
left join member_purchases
    on compared.month_no = member_purchases.month_no
left join all_purchases
    on compared.month_no = all_purchases.month_no

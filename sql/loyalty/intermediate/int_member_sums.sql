-- Grain: one row per value tier at the earlier valuation, membership at its end, and measure.
-- Results since the earlier valuation of those who had bought by then, members and others separately: number, sum and
-- sum of squares, for loyalty_comparison. Money is in minor units, whose squares fit decimals exactly; whole_ is in
-- whole units of the base currency, rounded per customer, whose squares fit 64 bits.

with earlier_date as (

    select
        int_valuation_dates.valuation_date,
        cast(end_of_day(int_valuation_dates.valuation_date, $time_zone) as bigint) as ends_at
    from int_valuation_dates
    where not int_valuation_dates.is_current

),

members as (

    select int_memberships.customer_no
    from int_memberships
    cross join earlier_date
    where
        int_memberships.joined_at < earlier_date.ends_at
        and coalesce(int_memberships.left_at >= earlier_date.ends_at, true)

),

buyers as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_tier,
        members.customer_no is not null as is_member,
        int_customer_purchases.order_count - int_customer_purchases.earlier_order_count as orders,
        cast(int_customer_purchases.net_minor - int_customer_purchases.earlier_net_minor as decimal(18, 0))
            as net_minor,
        cast(
            int_customer_purchases.later_order_profit_minor
            - coalesce(int_customer_service.later_cost_to_serve_minor, 0)
            - coalesce(int_customer_programme.later_programme_cost_minor, 0) as decimal(18, 0)
        ) as contribution_minor,
        case when int_customer_values.later_purchase_days > 0 then 1 else 0 end as retained
    from int_customer_values
    inner join int_customer_purchases
        on int_customer_values.customer_no = int_customer_purchases.customer_no
    left join int_customer_service
        on int_customer_values.customer_no = int_customer_service.customer_no
    left join int_customer_programme
        on int_customer_values.customer_no = int_customer_programme.customer_no
    left join members
        on int_customer_values.customer_no = members.customer_no
    where not int_customer_values.is_current

),

rounded as (

    select
        buyers.value_tier,
        buyers.is_member,
        buyers.orders,
        buyers.net_minor,
        buyers.contribution_minor,
        buyers.retained,
        cast(round(cast(buyers.net_minor as double) / 100.0) as bigint) as net_whole,
        cast(round(cast(buyers.contribution_minor as double) / 100.0) as bigint) as contribution_whole
    from buyers

),

sums as (

    select
        rounded.value_tier,
        rounded.is_member,
        count(*) as customers,
        sum(rounded.orders) as orders,
        sum(rounded.orders * rounded.orders) as orders_squared,
        sum(rounded.net_minor) as net_minor,
        sum(rounded.net_minor * rounded.net_minor) as net_squared,
        sum(rounded.contribution_minor) as contribution_minor,
        sum(rounded.contribution_minor * rounded.contribution_minor) as contribution_squared,
        sum(rounded.net_whole) as net_whole,
        sum(rounded.net_whole * rounded.net_whole) as net_whole_squared,
        sum(rounded.contribution_whole) as contribution_whole,
        sum(rounded.contribution_whole * rounded.contribution_whole) as contribution_whole_squared,
        sum(rounded.retained) as retained
    from rounded
    group by
        rounded.value_tier,
        rounded.is_member

)

select
    sums.value_tier,
    sums.is_member,
    'orders' as measure,
    sums.customers,
    cast(sums.orders as decimal(38, 0)) as total,
    cast(sums.orders_squared as decimal(38, 0)) as total_squared,
    sums.orders as whole_total,
    sums.orders_squared as whole_squared
from sums

union all

select
    sums.value_tier,
    sums.is_member,
    'net_revenue' as measure,
    sums.customers,
    cast(sums.net_minor as decimal(38, 0)) as total,
    cast(sums.net_squared as decimal(38, 0)) as total_squared,
    sums.net_whole as whole_total,
    sums.net_whole_squared as whole_squared
from sums

union all

select
    sums.value_tier,
    sums.is_member,
    'contribution_profit' as measure,
    sums.customers,
    cast(sums.contribution_minor as decimal(38, 0)) as total,
    cast(sums.contribution_squared as decimal(38, 0)) as total_squared,
    sums.contribution_whole as whole_total,
    sums.contribution_whole_squared as whole_squared
from sums
cross join int_profit_basis
-- Without known costs there is no profit to compare.
where int_profit_basis.basis = 'contribution'

union all

select
    sums.value_tier,
    sums.is_member,
    'retention' as measure,
    sums.customers,
    cast(sums.retained as decimal(38, 0)) as total,
    cast(sums.retained as decimal(38, 0)) as total_squared,
    sums.retained as whole_total,
    sums.retained as whole_squared
from sums

-- Grain: one row per acquisition month and months since.
-- The customers acquired in a month: how many bought in each later month, their revenue and cost, and when their
-- profit had covered their acquisition cost. A customer is acquired in the month of the sign-up, or of the first
-- activity if earlier.

with activity as (

    select
        int_customer_months.customer_no,
        int_customer_months.month,
        int_customer_months.orders,
        int_customer_months.net_minor,
        int_customer_months.net_minor
        - int_customer_months.cost_of_goods_minor
        - int_customer_months.payment_cost_minor
        - int_customer_months.delivery_cost_minor
        - int_customer_months.cost_to_serve_minor
        - int_customer_months.programme_cost_minor
            as contribution_minor
    from int_customer_months
    where int_customer_months.customer_no > 0

),

first_months as (

    select
        activity.customer_no,
        min(activity.month) as month
    from activity
    group by activity.customer_no

),

acquired as (

    select
        int_customer_profiles.customer_no,
        int_customer_profiles.acquisition_cost_minor,
        least(
            cast(date_trunc('month', int_customer_profiles.signup_date) as date),
            coalesce(first_months.month, cast(date_trunc('month', int_customer_profiles.signup_date) as date))
        ) as acquisition_month
    from int_customer_profiles
    left join first_months
        on int_customer_profiles.customer_no = first_months.customer_no

),

sizes as (

    select
        acquired.acquisition_month,
        12 * date_part('year', acquired.acquisition_month) + date_part('month', acquired.acquisition_month)
            as acquisition_month_no,
        count(*) as customers,
        sum(acquired.acquisition_cost_minor) as acquisition_cost_minor
    from acquired
    group by acquired.acquisition_month

),

sums as (

    select
        acquired.acquisition_month,
        12 * date_part('year', activity.month) + date_part('month', activity.month) as month_no,
        count(case when activity.orders > 0 then 1 end) as active_customers,
        sum(activity.orders) as orders,
        sum(activity.net_minor) as net_minor,
        sum(activity.contribution_minor) as contribution_minor
    from activity
    inner join acquired
        on activity.customer_no = acquired.customer_no
    group by
        acquired.acquisition_month,
        12 * date_part('year', activity.month) + date_part('month', activity.month)

),

months as (

    -- Every month from acquisition to as_of, including months without activity.
    select
        sizes.acquisition_month,
        sizes.customers,
        sizes.acquisition_cost_minor,
        sizes.acquisition_month_no,
        unnest(
            range(
                0,
                cast(
                    12 * date_part('year', $as_of) + date_part('month', $as_of) - sizes.acquisition_month_no + 1
                    as bigint
                )
            )
        ) as months_since
    from sizes

),

cumulated as (

    select
        months.acquisition_month,
        months.months_since,
        months.customers,
        months.acquisition_cost_minor,
        coalesce(sums.active_customers, 0) as active_customers,
        coalesce(sums.orders, 0) as orders,
        coalesce(sums.net_minor, 0) as net_minor,
        coalesce(sums.contribution_minor, 0) as contribution_minor,
        sum(coalesce(sums.contribution_minor, 0)) over (
            partition by months.acquisition_month order by months.months_since
            rows between unbounded preceding and current row
        ) as cumulative_minor
    from months
    left join sums
        on
            months.acquisition_month = sums.acquisition_month
            and months.acquisition_month_no + months.months_since = sums.month_no

),

paybacks as (

    -- The first month from which the cohort stayed at or above its acquisition cost.
    select
        cumulated.acquisition_month,
        max(case when cumulated.cumulative_minor < cumulated.acquisition_cost_minor then cumulated.months_since end)
            as last_month_behind,
        max(cumulated.months_since) as last_month
    from cumulated
    group by cumulated.acquisition_month

)

select
    cumulated.acquisition_month,
    cumulated.months_since,
    cumulated.customers,
    cumulated.active_customers,
    cast(cumulated.active_customers as double) / cast(cumulated.customers as double) as retention,
    cumulated.orders,
    money(cumulated.net_minor) as net_revenue,
    money(cumulated.contribution_minor) as contribution_profit,
    money(cumulated.cumulative_minor) as cumulative_profit,
    money(cumulated.acquisition_cost_minor) as acquisition_cost,
    money(cumulated.cumulative_minor - cumulated.acquisition_cost_minor) as cumulative_value,
    case
        when coalesce(paybacks.last_month_behind, -1) < paybacks.last_month
            then coalesce(paybacks.last_month_behind, -1) + 1
    end as payback_month
from cumulated
inner join paybacks
    on cumulated.acquisition_month = paybacks.acquisition_month

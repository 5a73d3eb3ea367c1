-- Grain: one row per cohort (cohort_by, cohort_month) and month from the cohort's own to that of as_of, including
-- months without activity.
-- Customers followed from a first month: that of the sign-up, or of the first activity if earlier (sign_up), and that
-- of the first order (first_purchase). What happened before the first order is in before_ columns, the same in each
-- month of the cohort. Money in minor units; contribution counts lines and services of known cost, without acquisition
-- cost.

with activity as (

    select
        int_customer_months.customer_no,
        12 * date_part('year', int_customer_months.month) + date_part('month', int_customer_months.month) as month_no,
        int_customer_months.orders,
        int_customer_months.net_minor,
        int_customer_months.net_minor - int_customer_months.costed_net_minor as uncosted_net_minor,
        int_customer_months.lines,
        int_customer_months.lines_without_cost,
        int_customer_months.services,
        int_customer_months.services_without_rate,
        int_customer_months.costed_net_minor
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
        min(activity.month_no) as month_no
    from activity
    group by activity.customer_no

),

members as (

    select
        'sign_up' as cohort_by,
        int_customer_profiles.customer_no,
        int_customer_profiles.acquisition_cost_minor,
        least(
            12 * date_part('year', int_customer_profiles.signup_date)
            + date_part('month', int_customer_profiles.signup_date),
            coalesce(
                first_months.month_no,
                12 * date_part('year', int_customer_profiles.signup_date)
                + date_part('month', int_customer_profiles.signup_date)
            )
        ) as cohort_month_no
    from int_customer_profiles
    left join first_months
        on int_customer_profiles.customer_no = first_months.customer_no

    union all

    select
        'first_purchase' as cohort_by,
        int_customer_profiles.customer_no,
        int_customer_profiles.acquisition_cost_minor,
        12 * date_part('year', int_customer_purchases.first_purchase_date)
        + date_part('month', int_customer_purchases.first_purchase_date) as cohort_month_no
    from int_customer_profiles
    inner join int_customer_purchases
        on int_customer_profiles.customer_no = int_customer_purchases.customer_no
    where int_customer_purchases.order_count > 0

),

sizes as (

    select
        members.cohort_by,
        members.cohort_month_no,
        count(*) as customers,
        sum(members.acquisition_cost_minor) as acquisition_cost_minor
    from members
    group by
        members.cohort_by,
        members.cohort_month_no

),

sums as (

    select
        members.cohort_by,
        members.cohort_month_no,
        activity.month_no,
        count(case when activity.orders > 0 then 1 end) as active_customers,
        sum(activity.orders) as orders,
        sum(activity.net_minor) as net_minor,
        sum(activity.uncosted_net_minor) as uncosted_net_minor,
        sum(activity.lines) as lines,
        sum(activity.lines_without_cost) as lines_without_cost,
        sum(activity.services) as services,
        sum(activity.services_without_rate) as services_without_rate,
        sum(activity.contribution_minor) as contribution_minor
    from activity
    inner join members
        on activity.customer_no = members.customer_no
    group by
        members.cohort_by,
        members.cohort_month_no,
        activity.month_no

),

earlier as (

    select
        sums.cohort_by,
        sums.cohort_month_no,
        sum(sums.net_minor) as net_minor,
        sum(sums.uncosted_net_minor) as uncosted_net_minor,
        sum(sums.lines) as lines,
        sum(sums.lines_without_cost) as lines_without_cost,
        sum(sums.services) as services,
        sum(sums.services_without_rate) as services_without_rate,
        sum(sums.contribution_minor) as contribution_minor
    from sums
    where sums.month_no < sums.cohort_month_no
    group by
        sums.cohort_by,
        sums.cohort_month_no

),

last_month as (

    select
        12 * date_part('year', $as_of) + date_part('month', $as_of) as month_no,
        date_part('month', cast(cast($as_of as int) + 1 as date)) <> date_part('month', $as_of) as is_complete

),

months as (

    select
        sizes.cohort_by,
        sizes.cohort_month_no,
        sizes.customers,
        sizes.acquisition_cost_minor,
        last_month.month_no as last_month_no,
        last_month.is_complete as is_last_month_complete,
        unnest(range(0, cast(last_month.month_no - sizes.cohort_month_no + 1 as bigint))) as months_since
    from sizes
    cross join last_month

)

select
    months.cohort_by,
    make_date(
        cast((months.cohort_month_no - 1) / 12 as int), cast((months.cohort_month_no - 1) % 12 + 1 as int), 1
    ) as cohort_month,
    months.months_since,
    make_date(
        cast((months.cohort_month_no + months.months_since - 1) / 12 as int),
        cast((months.cohort_month_no + months.months_since - 1) % 12 + 1 as int),
        1
    ) as month,
    months.cohort_month_no + months.months_since < months.last_month_no or months.is_last_month_complete
        as is_complete_month,
    months.customers,
    months.acquisition_cost_minor,
    coalesce(earlier.net_minor, 0) as before_net_minor,
    coalesce(earlier.uncosted_net_minor, 0) as before_uncosted_net_minor,
    coalesce(earlier.lines, 0) as before_lines,
    coalesce(earlier.lines_without_cost, 0) as before_lines_without_cost,
    coalesce(earlier.services, 0) as before_services,
    coalesce(earlier.services_without_rate, 0) as before_services_without_rate,
    coalesce(earlier.contribution_minor, 0) as before_contribution_minor,
    coalesce(sums.active_customers, 0) as active_customers,
    coalesce(sums.orders, 0) as orders,
    coalesce(sums.net_minor, 0) as net_minor,
    coalesce(sums.uncosted_net_minor, 0) as uncosted_net_minor,
    coalesce(sums.lines, 0) as lines,
    coalesce(sums.lines_without_cost, 0) as lines_without_cost,
    coalesce(sums.services, 0) as services,
    coalesce(sums.services_without_rate, 0) as services_without_rate,
    coalesce(sums.contribution_minor, 0) as contribution_minor
from months
left join earlier
    on
        months.cohort_by = earlier.cohort_by
        and months.cohort_month_no = earlier.cohort_month_no
left join sums
    on
        months.cohort_by = sums.cohort_by
        and months.cohort_month_no = sums.cohort_month_no
        and months.cohort_month_no + months.months_since = sums.month_no

-- Laws 2 and 7 for the tables cut from customers: cohorts hold the revenue, profit and acquisition cost of every
-- identified customer, purchase_cohorts those of every buyer, migrations every customer and their profit once, in the
-- segment that customers shows. Profit is compared by the parts of known cost; a published one is null where too little
-- is known. Returns what differs.

with buyers as (

    select
        count(*) as customers,
        coalesce(sum(int_customer_profit.order_count), 0) as orders,
        coalesce(sum(int_customer_profit.net_minor), 0) as net_minor,
        coalesce(sum(int_customer_profit.contribution_minor + int_customer_profit.acquisition_cost_minor), 0)
            as contribution_minor,
        coalesce(sum(int_customer_profit.acquisition_cost_minor), 0) as acquisition_cost_minor
    from int_customer_profit
    where
        int_customer_profit.customer_no > 0
        and int_customer_profit.order_count > 0

),

followed as (

    select
        int_cohort_profits.cohort_by,
        sum(case when int_cohort_profits.months_since = 0 then int_cohort_profits.customers else 0 end) as customers,
        sum(int_cohort_profits.orders) as orders,
        sum(int_cohort_profits.net_minor)
        + sum(case when int_cohort_profits.months_since = 0 then int_cohort_profits.before_net_minor else 0 end)
            as net_minor,
        sum(int_cohort_profits.known_contribution_minor)
        + sum(
            case when int_cohort_profits.months_since = 0 then int_cohort_profits.before_contribution_minor else 0 end
        ) as contribution_minor,
        sum(case when int_cohort_profits.months_since = 0 then int_cohort_profits.acquisition_cost_minor else 0 end)
            as acquisition_cost_minor
    from int_cohort_profits
    group by int_cohort_profits.cohort_by

),

facts as (

    select
        'net revenue of cohorts' as fact,
        (
            select coalesce(sum(customer_months.net_revenue), 0)
            from customer_months
            where customer_months.customer_key <> 'unidentified'
        ) as expected,
        (select coalesce(sum(cohorts.net_revenue), 0) from cohorts) as found

    union all

    select
        'acquisition cost of cohorts' as fact,
        (select coalesce(sum(customer_profitability.acquisition_cost), 0) from customer_profitability) as expected,
        (
            select coalesce(sum(cohorts.acquisition_cost), 0)
            from cohorts
            where cohorts.months_since = 0
        ) as found

    union all

    select
        'contribution profit of cohorts' as fact,
        (
            select
                money(
                    coalesce(
                        sum(int_customer_profit.contribution_minor + int_customer_profit.acquisition_cost_minor), 0
                    )
                )
            from int_customer_profit
            where int_customer_profit.customer_no > 0
        ) as expected,
        (
            select money(coalesce(sum(followed.contribution_minor), 0))
            from followed
            where followed.cohort_by = 'sign_up'
        ) as found

    union all

    select
        'customers of purchase_cohorts' as fact,
        cast(buyers.customers as decimal(20, 2)) as expected,
        cast(coalesce(followed.customers, 0) as decimal(20, 2)) as found
    from buyers
    left join followed
        on followed.cohort_by = 'first_purchase'

    union all

    select
        'orders of purchase_cohorts' as fact,
        cast(buyers.orders as decimal(20, 2)) as expected,
        cast(coalesce(followed.orders, 0) as decimal(20, 2)) as found
    from buyers
    left join followed
        on followed.cohort_by = 'first_purchase'

    union all

    select
        'net revenue of purchase_cohorts' as fact,
        money(buyers.net_minor) as expected,
        money(coalesce(followed.net_minor, 0)) as found
    from buyers
    left join followed
        on followed.cohort_by = 'first_purchase'

    union all

    select
        'contribution profit of purchase_cohorts' as fact,
        money(buyers.contribution_minor) as expected,
        money(coalesce(followed.contribution_minor, 0)) as found
    from buyers
    left join followed
        on followed.cohort_by = 'first_purchase'

    union all

    select
        'acquisition cost of purchase_cohorts' as fact,
        money(buyers.acquisition_cost_minor) as expected,
        money(coalesce(followed.acquisition_cost_minor, 0)) as found
    from buyers
    left join followed
        on followed.cohort_by = 'first_purchase'

    union all

    select
        'contribution profit of segment_migrations' as fact,
        (
            select money(coalesce(sum(int_customer_profit.contribution_12m_minor), 0))
            from int_customer_profit
            where int_customer_profit.customer_no > 0
        ) as expected,
        (
            select
                case
                    when count(segment_migrations.contribution_profit) = count(*)
                        then coalesce(sum(segment_migrations.contribution_profit), 0)
                end
            from segment_migrations
        ) as found

    union all

    select
        'customers of segment_migrations' as fact,
        (select cast(count(*) as decimal(20, 2)) from customers) as expected,
        (select cast(coalesce(sum(segment_migrations.customers), 0) as decimal(20, 2)) from segment_migrations) as found

),

segments as (

    select
        customers.value_segment as segment,
        count(*) as customers
    from customers
    group by customers.value_segment

),

arrivals as (

    select
        segment_migrations.to_segment as segment,
        sum(segment_migrations.customers) as customers
    from segment_migrations
    group by segment_migrations.to_segment

)

select
    facts.fact,
    cast(facts.expected as varchar) as expected,
    cast(facts.found as varchar) as found
from facts
where facts.expected <> facts.found

union all

select
    concat('arrivals in ', coalesce(segments.segment, arrivals.segment)) as fact,
    cast(segments.customers as varchar) as expected,
    cast(arrivals.customers as varchar) as found
from segments
full join arrivals
    on segments.segment = arrivals.segment
where coalesce(segments.customers, 0) <> coalesce(arrivals.customers, 0)

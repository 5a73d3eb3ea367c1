-- Law 2 and 7 for the tables cut from customers: cohorts hold the revenue and acquisition cost of every
-- identified customer, migrations and each segmentation hold every customer once, in the segment that
-- customers shows. Returns what differs.

with facts as (

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
        (select coalesce(sum(cohorts.acquisition_cost), 0) from cohorts where cohorts.months_since = 0) as found

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

),

segmentations as (

    select
        segment_summary.segmentation,
        sum(segment_summary.customers) as customers
    from segment_summary
    group by segment_summary.segmentation

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

union all

select
    concat('customers of segmentation ', segmentations.segmentation) as fact,
    cast(totals.customers as varchar) as expected,
    cast(segmentations.customers as varchar) as found
from segmentations
cross join (select count(*) as customers from customers) as totals
where segmentations.customers <> totals.customers

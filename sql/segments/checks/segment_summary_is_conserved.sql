-- Law 7: each segmentation of segment_summary holds every customer and their money once. Profit is compared where it is
-- known of every segment. Returns what differs.

with segmentations as (

    select
        segment_summary.segmentation,
        sum(segment_summary.customers) as customers,
        sum(segment_summary.net_revenue) as net_revenue,
        case
            when count(segment_summary.contribution_profit) = count(*)
                then sum(segment_summary.contribution_profit)
        end as contribution_profit
    from segment_summary
    group by segment_summary.segmentation

),

totals as (

    select
        count(*) as customers,
        coalesce(sum(customers.net_revenue), 0) as net_revenue,
        coalesce(sum(money(int_customer_profit.contribution_minor)), 0) as contribution_profit
    from customers
    inner join int_customer_profit
        on customers.customer_key = int_customer_profit.customer_key

)

select
    concat('customers of segmentation ', segmentations.segmentation) as fact,
    cast(totals.customers as varchar) as expected,
    cast(segmentations.customers as varchar) as found
from segmentations
cross join totals
where segmentations.customers <> totals.customers

union all

select
    concat('net revenue of segmentation ', segmentations.segmentation) as fact,
    cast(totals.net_revenue as varchar) as expected,
    cast(segmentations.net_revenue as varchar) as found
from segmentations
cross join totals
where segmentations.net_revenue <> totals.net_revenue

union all

select
    concat('contribution profit of segmentation ', segmentations.segmentation) as fact,
    cast(totals.contribution_profit as varchar) as expected,
    cast(segmentations.contribution_profit as varchar) as found
from segmentations
cross join totals
where segmentations.contribution_profit <> totals.contribution_profit

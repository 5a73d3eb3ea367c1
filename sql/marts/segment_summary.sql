-- Grain: one row per segmentation and segment.
-- The segments side by side: how many customers, what they brought until as_of,
-- what they say, and how many of those who were in the segment at the earlier valuation have bought since
-- (not told for needs segments, which are anchored at another day).

with members as (

    select
        'value' as segmentation,
        customers.value_segment as segment,
        customers.customer_key,
        customers.net_revenue,
        customers.contribution_profit,
        customers.nps_latest
    from customers

    union all

    select
        'rfm' as segmentation,
        customers.rfm_segment as segment,
        customers.customer_key,
        customers.net_revenue,
        customers.contribution_profit,
        customers.nps_latest
    from customers

    union all

    select
        'lifecycle' as segmentation,
        customers.lifecycle_stage as segment,
        customers.customer_key,
        customers.net_revenue,
        customers.contribution_profit,
        customers.nps_latest
    from customers

    union all

    select
        'needs' as segmentation,
        coalesce(needs_segments.needs_segment, 'no purchase') as segment,
        customers.customer_key,
        customers.net_revenue,
        customers.contribution_profit,
        customers.nps_latest
    from customers
    left join needs_segments
        on customers.customer_key = needs_segments.customer_key

),

sums as (

    select
        members.segmentation,
        members.segment,
        count(*) as customers,
        sum(members.net_revenue) as net_revenue,
        sum(members.contribution_profit) as contribution_profit,
        count(members.nps_latest) as nps_responses,
        nps(members.nps_latest) as nps
    from members
    group by
        members.segmentation,
        members.segment

),

totals as (

    select
        sum(sums.customers) over (partition by sums.segmentation) as all_customers,
        sum(sums.net_revenue) over (partition by sums.segmentation) as all_net_revenue,
        sum(sums.contribution_profit) over (partition by sums.segmentation) as all_contribution_profit,
        sums.segmentation,
        sums.segment,
        sums.customers,
        sums.net_revenue,
        sums.contribution_profit,
        sums.nps_responses,
        sums.nps
    from sums

),

retained as (

    select
        'value' as segmentation,
        int_segment_moves.from_segment as segment,
        count(*) as earlier_customers,
        count(case when int_segment_moves.has_bought_since then 1 end) as retained_customers
    from int_segment_moves
    group by int_segment_moves.from_segment

    union all

    select
        'rfm' as segmentation,
        int_customer_rfm.rfm_segment as segment,
        count(*) as earlier_customers,
        count(case when int_customer_rfm.later_purchase_days > 0 then 1 end) as retained_customers
    from int_customer_rfm
    where not int_customer_rfm.is_current
    group by int_customer_rfm.rfm_segment

    union all

    select
        'lifecycle' as segmentation,
        int_earlier_stages.stage as segment,
        count(*) as earlier_customers,
        count(case when int_segment_moves.has_bought_since then 1 end) as retained_customers
    from int_earlier_stages
    inner join int_segment_moves
        on int_earlier_stages.customer_no = int_segment_moves.customer_no
    group by int_earlier_stages.stage

)

select
    totals.segmentation,
    totals.segment,
    totals.customers,
    cast(totals.customers as double) / cast(totals.all_customers as double) as customer_share,
    cast(totals.net_revenue as decimal(18, 2)) as net_revenue,
    case
        when totals.all_net_revenue > 0
            then cast(totals.net_revenue as double) / cast(totals.all_net_revenue as double)
    end as net_revenue_share,
    cast(totals.contribution_profit as decimal(18, 2)) as contribution_profit,
    case
        when totals.all_contribution_profit > 0
            then cast(totals.contribution_profit as double) / cast(totals.all_contribution_profit as double)
    end as contribution_profit_share,
    totals.nps_responses,
    case when totals.nps_responses >= $suppression_limit then totals.nps end as nps,
    totals.nps_responses < $suppression_limit as is_suppressed,
    coalesce(retained.earlier_customers, 0) as earlier_customers,
    cast(retained.retained_customers as double) / cast(retained.earlier_customers as double) as retention
from totals
left join retained
    on
        totals.segmentation = retained.segmentation
        and totals.segment = retained.segment

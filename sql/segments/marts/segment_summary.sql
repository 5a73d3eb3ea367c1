-- Grain: one row per segmentation and segment that has a customer now, or had one at the earlier valuation or before an
-- NPS answer since then.
-- The segments side by side: customers, revenue and profit until as_of. NPS and retention are of the customers who were
-- in the segment before: who answered since then, and how many have bought since the earlier valuation (null for needs
-- segments, which are not computed for that day). Profit is null where too little of the segment's cost is known.

with members as (

    select
        'value' as segmentation,
        customers.value_segment as segment,
        customers.customer_key,
        customers.net_revenue
    from customers

    union all

    select
        'rfm' as segmentation,
        customers.rfm_segment as segment,
        customers.customer_key,
        customers.net_revenue
    from customers

    union all

    select
        'lifecycle' as segmentation,
        customers.lifecycle_stage as segment,
        customers.customer_key,
        customers.net_revenue
    from customers

    union all

    select
        'needs' as segmentation,
        coalesce(needs_segments.needs_segment, 'no purchase') as segment,
        customers.customer_key,
        customers.net_revenue
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
        sum(int_customer_profit.contribution_minor) as contribution_minor,
        sum(int_customer_profit.net_minor) as net_minor,
        sum(int_customer_profit.net_minor - int_customer_profit.costed_net_minor) as uncosted_net_minor,
        sum(int_customer_profit.lines) as lines,
        sum(int_customer_profit.lines_without_cost) as lines_without_cost,
        sum(int_customer_profit.services) as services,
        sum(int_customer_profit.services_without_rate) as services_without_rate
    from members
    inner join int_customer_profit
        on members.customer_key = int_customer_profit.customer_key
    group by
        members.segmentation,
        members.segment

),

totals as (

    select
        sums.segmentation,
        sums.segment,
        sums.customers,
        sums.net_revenue,
        case
            when
                int_profit_basis.basis = 'contribution'
                and sums.lines_without_cost <= sums.lines * int_profit_basis.tolerance
                and abs(sums.uncosted_net_minor) <= abs(sums.net_minor) * int_profit_basis.tolerance
                and sums.services_without_rate <= sums.services * int_profit_basis.tolerance
                then money(sums.contribution_minor)
        end as contribution_profit,
        cast(sums.lines - sums.lines_without_cost as double) / nullif(cast(sums.lines as double), 0.0)
            as known_cost_share,
        sum(sums.customers) over (partition by sums.segmentation) as all_customers,
        sum(sums.net_revenue) over (partition by sums.segmentation) as all_net_revenue,
        case
            when int_profit_basis.basis = 'contribution'
                then sum(money(sums.contribution_minor)) over (partition by sums.segmentation)
        end as all_contribution_profit
    from sums
    cross join int_profit_basis

),

earlier_scores as (

    select
        int_customer_rfm.customer_no,
        int_customer_rfm.rfm_segment
    from int_customer_rfm
    where not int_customer_rfm.is_current

),

earlier_members as (

    select
        'value' as segmentation,
        int_segment_moves.from_segment as segment,
        int_segment_moves.has_bought_since
    from int_segment_moves
    where int_segment_moves.from_segment <> 'new'

    union all

    select
        'rfm' as segmentation,
        coalesce(earlier_scores.rfm_segment, 'no purchase') as segment,
        int_segment_moves.has_bought_since
    from int_segment_moves
    left join earlier_scores
        on int_segment_moves.customer_no = earlier_scores.customer_no
    where int_segment_moves.from_segment <> 'new'

    union all

    select
        'lifecycle' as segmentation,
        int_earlier_stages.stage as segment,
        int_segment_moves.has_bought_since
    from int_earlier_stages
    inner join int_segment_moves
        on int_earlier_stages.customer_no = int_segment_moves.customer_no

),

retained as (

    select
        earlier_members.segmentation,
        earlier_members.segment,
        count(*) as earlier_customers,
        count(case when earlier_members.has_bought_since then 1 end) as retained_customers
    from earlier_members
    group by
        earlier_members.segmentation,
        earlier_members.segment

),

segments as (

    select
        totals.segmentation,
        totals.segment
    from totals

    union

    select
        retained.segmentation,
        retained.segment
    from retained

    union

    select
        int_segment_scores.segmentation,
        int_segment_scores.segment
    from int_segment_scores

)

select
    segments.segmentation,
    segments.segment,
    coalesce(totals.customers, 0) as customers,
    coalesce(cast(totals.customers as double) / cast(totals.all_customers as double), 0.0) as customer_share,
    coalesce(cast(totals.net_revenue as decimal(18, 2)), 0) as net_revenue,
    case
        when totals.all_net_revenue > 0
            then cast(totals.net_revenue as double) / cast(totals.all_net_revenue as double)
    end as net_revenue_share,
    case when totals.customers is null then 0 else cast(totals.contribution_profit as decimal(18, 2)) end
        as contribution_profit,
    case
        when totals.all_contribution_profit > 0
            then cast(totals.contribution_profit as double) / cast(totals.all_contribution_profit as double)
    end as contribution_profit_share,
    totals.known_cost_share,
    coalesce(int_segment_scores.nps_responses, 0) as nps_responses,
    int_segment_scores.nps,
    int_segment_scores.nps_ci_low,
    int_segment_scores.nps_ci_high,
    int_segment_scores.suppressed_because is not null as is_suppressed,
    int_segment_scores.suppressed_because,
    coalesce(retained.earlier_customers, 0) as earlier_customers,
    cast(retained.retained_customers as double) / cast(retained.earlier_customers as double) as retention
from segments
left join totals
    on
        segments.segmentation = totals.segmentation
        and segments.segment = totals.segment
left join retained
    on
        segments.segmentation = retained.segmentation
        and segments.segment = retained.segment
left join int_segment_scores
    on
        segments.segmentation = int_segment_scores.segmentation
        and segments.segment = int_segment_scores.segment

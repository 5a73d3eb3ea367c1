-- Grain: one row per percentile of customers, most profitable first.
-- The whale curve: cumulative profit rises to a peak and is eroded by unprofitable customers. It ends at the total
-- contribution profit of all ranked customers (without the unidentified row). The peak is the highest cumulative profit
-- after any customer, and erosion the loss from there to the end. With fewer than 100 customers some percentiles are
-- empty and have no row. Where costs are not known (basis), customers are ranked by gross margin or net revenue, and
-- the curve has no profit.

with ranked as (

    select
        customer_profitability.profit_rank,
        customer_profitability.basis,
        customer_profitability.net_revenue,
        case when customer_profitability.basis = 'contribution' then customer_profitability.contribution_profit end
            as contribution_profit,
        customer_profitability.cumulative_profit
    from customer_profitability
    where customer_profitability.profit_rank is not null

),

size as (

    select count(*) as customers
    from ranked

),

percentiles as (

    select
        (100 * ranked.profit_rank + size.customers - 1) / size.customers as percentile,
        ranked.basis,
        count(*) as customers,
        sum(ranked.contribution_profit) as profit,
        max(ranked.cumulative_profit) as highest_profit,
        sum(ranked.net_revenue) as net_revenue
    from ranked
    cross join size
    group by
        (100 * ranked.profit_rank + size.customers - 1) / size.customers,
        ranked.basis

),

cumulated as (

    select
        percentiles.percentile,
        percentiles.basis,
        percentiles.customers,
        percentiles.profit,
        percentiles.net_revenue,
        sum(percentiles.customers) over (order by percentiles.percentile) as cumulative_customers,
        sum(percentiles.profit) over (order by percentiles.percentile) as cumulative_profit,
        sum(percentiles.profit) over () as total_profit,
        max(percentiles.highest_profit) over () as peak_profit,
        sum(percentiles.net_revenue) over (order by percentiles.percentile) as cumulative_net_revenue,
        sum(percentiles.net_revenue) over () as total_net_revenue,
        row_number() over (order by percentiles.highest_profit desc, percentiles.percentile) = 1 as is_peak
    from percentiles

)

select
    cumulated.percentile,
    cumulated.basis,
    cumulated.customers,
    cumulated.cumulative_customers,
    cast(cumulated.profit as decimal(18, 2)) as profit,
    cast(cumulated.cumulative_profit as decimal(18, 2)) as cumulative_profit,
    case
        when cumulated.total_profit > 0
            then cast(cumulated.cumulative_profit as double) / cast(cumulated.total_profit as double)
    end as cumulative_profit_share,
    case when cumulated.basis = 'contribution' then cumulated.is_peak end as is_peak,
    cast(cumulated.peak_profit as decimal(18, 2)) as peak_profit,
    cast(cumulated.peak_profit - cumulated.total_profit as decimal(18, 2)) as erosion,
    cast(cumulated.net_revenue as decimal(18, 2)) as net_revenue,
    cast(cumulated.cumulative_net_revenue as decimal(18, 2)) as cumulative_net_revenue,
    case
        when cumulated.total_net_revenue > 0
            then cast(cumulated.cumulative_net_revenue as double) / cast(cumulated.total_net_revenue as double)
    end as cumulative_net_revenue_share
from cumulated

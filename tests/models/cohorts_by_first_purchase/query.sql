select
    first_purchase_month,
    months_since,
    month,
    customers,
    active_customers,
    retention,
    orders,
    net_revenue,
    net_revenue_without_cost,
    contribution_profit,
    net_revenue_before,
    profit_before,
    cumulative_profit,
    acquisition_cost,
    cumulative_value,
    payback_month,
    known_cost_share,
    is_complete_month
from purchase_cohorts
order by
    first_purchase_month,
    months_since

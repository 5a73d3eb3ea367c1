select
    acquisition_month,
    months_since,
    customers,
    active_customers,
    retention,
    orders,
    net_revenue,
    contribution_profit,
    cumulative_profit,
    acquisition_cost,
    cumulative_value,
    payback_month
from cohorts
order by
    acquisition_month,
    months_since

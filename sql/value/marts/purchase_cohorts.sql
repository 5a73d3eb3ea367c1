-- Grain: one row per month of first purchase and months since.
-- The customers who placed their first order in a month, followed like cohorts: how many ordered in each later month,
-- their revenue and cost, and when their profit had covered their acquisition cost. What they cost before the first
-- order is in profit_before, and part of the cumulative profit.

select
    int_cohort_profits.cohort_month as first_purchase_month,
    int_cohort_profits.months_since,
    int_cohort_profits.month,
    int_cohort_profits.customers,
    int_cohort_profits.active_customers,
    case
        when int_cohort_profits.is_complete_month
            then cast(int_cohort_profits.active_customers as double) / cast(int_cohort_profits.customers as double)
    end as retention,
    int_cohort_profits.orders,
    money(int_cohort_profits.net_minor) as net_revenue,
    money(int_cohort_profits.uncosted_net_minor) as net_revenue_without_cost,
    money(int_cohort_profits.contribution_minor) as contribution_profit,
    money(int_cohort_profits.before_net_minor) as net_revenue_before,
    case
        when int_cohort_profits.cumulative_minor is not null
            then money(int_cohort_profits.before_contribution_minor)
    end as profit_before,
    money(int_cohort_profits.cumulative_minor) as cumulative_profit,
    money(int_cohort_profits.acquisition_cost_minor) as acquisition_cost,
    money(int_cohort_profits.cumulative_minor - int_cohort_profits.acquisition_cost_minor) as cumulative_value,
    int_cohort_profits.payback_month,
    cast(int_cohort_profits.lines - int_cohort_profits.lines_without_cost as double)
    / nullif(cast(int_cohort_profits.lines as double), 0.0) as known_cost_share,
    int_cohort_profits.is_complete_month
from int_cohort_profits
where int_cohort_profits.cohort_by = 'first_purchase'

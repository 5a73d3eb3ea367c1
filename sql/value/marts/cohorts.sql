-- Grain: one row per acquisition month and months since.
-- The customers acquired in a month: how many bought in each later month, their revenue and cost, and when their
-- profit had covered their acquisition cost. A customer is acquired in the month of the sign-up, or of the first
-- activity if earlier; purchase_cohorts has the same by first order. The month of as_of has no retention until it is
-- over.

select
    int_cohort_profits.cohort_month as acquisition_month,
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
    money(int_cohort_profits.cumulative_minor) as cumulative_profit,
    money(int_cohort_profits.acquisition_cost_minor) as acquisition_cost,
    money(int_cohort_profits.cumulative_minor - int_cohort_profits.acquisition_cost_minor) as cumulative_value,
    int_cohort_profits.payback_month,
    cast(int_cohort_profits.lines - int_cohort_profits.lines_without_cost as double)
    / nullif(cast(int_cohort_profits.lines as double), 0.0) as known_cost_share,
    int_cohort_profits.is_complete_month
from int_cohort_profits
where int_cohort_profits.cohort_by = 'sign_up'

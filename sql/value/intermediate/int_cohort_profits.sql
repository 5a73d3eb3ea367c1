-- Grain: one row per cohort (cohort_by, cohort_month) and month, as in int_cohort_months.
-- Profit of a cohort by month and cumulated, where enough of its cost is known (null otherwise), and the month from
-- which cumulated profit stays at or above the acquisition cost. What happened before the first order counts in the
-- cumulated profit.

with cumulated as (

    select
        int_cohort_months.*,
        int_cohort_months.before_contribution_minor + sum(int_cohort_months.contribution_minor) over earlier_months
            as cumulative_minor,
        int_cohort_months.before_net_minor + sum(int_cohort_months.net_minor) over earlier_months
            as cumulative_net_minor,
        int_cohort_months.before_uncosted_net_minor + sum(int_cohort_months.uncosted_net_minor) over earlier_months
            as cumulative_uncosted_net_minor,
        int_cohort_months.before_lines + sum(int_cohort_months.lines) over earlier_months as cumulative_lines,
        int_cohort_months.before_lines_without_cost + sum(int_cohort_months.lines_without_cost) over earlier_months
            as cumulative_lines_without_cost,
        int_cohort_months.before_services + sum(int_cohort_months.services) over earlier_months as cumulative_services,
        int_cohort_months.before_services_without_rate
        + sum(int_cohort_months.services_without_rate) over earlier_months as cumulative_services_without_rate,
        int_profit_basis.basis,
        int_profit_basis.tolerance
    from int_cohort_months
    cross join int_profit_basis
    window earlier_months as (
        partition by int_cohort_months.cohort_by, int_cohort_months.cohort_month
        order by int_cohort_months.months_since
        rows between unbounded preceding and current row
    )

),

judged as (

    select
        cumulated.*,
        cumulated.basis = 'contribution'
        and cumulated.lines_without_cost <= cumulated.lines * cumulated.tolerance
        and abs(cumulated.uncosted_net_minor) <= abs(cumulated.net_minor) * cumulated.tolerance
        and cumulated.services_without_rate <= cumulated.services * cumulated.tolerance as has_known_profit,
        cumulated.basis = 'contribution'
        and cumulated.cumulative_lines_without_cost <= cumulated.cumulative_lines * cumulated.tolerance
        and abs(cumulated.cumulative_uncosted_net_minor)
        <= abs(cumulated.cumulative_net_minor) * cumulated.tolerance
        and cumulated.cumulative_services_without_rate <= cumulated.cumulative_services * cumulated.tolerance
            as has_known_cumulative_profit
    from cumulated

),

paybacks as (

    -- Null also if the profit of a month that decides is not known.
    select
        judged.cohort_by,
        judged.cohort_month,
        max(case when judged.cumulative_minor < judged.acquisition_cost_minor then judged.months_since end)
            as last_month_behind,
        max(judged.months_since) as last_month,
        bool_and(judged.has_known_cumulative_profit) as is_known
    from judged
    group by
        judged.cohort_by,
        judged.cohort_month

)

select
    judged.cohort_by,
    judged.cohort_month,
    judged.months_since,
    judged.month,
    judged.is_complete_month,
    judged.customers,
    judged.active_customers,
    judged.orders,
    judged.net_minor,
    judged.uncosted_net_minor,
    judged.lines,
    judged.lines_without_cost,
    judged.acquisition_cost_minor,
    judged.before_net_minor,
    judged.before_uncosted_net_minor,
    judged.before_contribution_minor,
    judged.contribution_minor as known_contribution_minor,
    case when judged.has_known_profit then judged.contribution_minor end as contribution_minor,
    case when judged.has_known_cumulative_profit then judged.cumulative_minor end as cumulative_minor,
    case
        when paybacks.is_known and coalesce(paybacks.last_month_behind, -1) < paybacks.last_month
            then coalesce(paybacks.last_month_behind, -1) + 1
    end as payback_month
from judged
inner join paybacks
    on
        judged.cohort_by = paybacks.cohort_by
        and judged.cohort_month = paybacks.cohort_month

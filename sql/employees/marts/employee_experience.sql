-- Grain: one row per unit of the employee survey and month with an employee answer, a customer answer or a
-- transaction line.
-- Engagement and eNPS of a unit's employees, with its customers' scores and its sales; empty without the extract
-- employee_surveys. engagement_index = (mean - 1) / 9 x 100. Figures with few answers are hidden (null, and flagged);
-- a figure without answers is null and not flagged.

with indices as (

    select
        int_unit_months.unit,
        int_unit_months.month,
        int_unit_months.responses,
        int_unit_months.engagement_responses,
        int_unit_months.enps_responses,
        int_unit_months.enps,
        int_unit_months.enps_ci_low,
        int_unit_months.enps_ci_high,
        int_unit_months.is_suppressed,
        int_unit_months.nps_responses,
        int_unit_months.nps,
        int_unit_months.nps_ci_low,
        int_unit_months.nps_ci_high,
        int_unit_months.is_nps_hidden,
        int_unit_months.csat_responses,
        int_unit_months.is_csat_hidden,
        int_unit_months.net_minor,
        mean_interval(
            int_unit_months.engagement_responses,
            int_unit_months.engagement_sum,
            int_unit_months.engagement_squares,
            1.0,
            10.0
        ) as engagement,
        share_interval(int_unit_months.satisfied, int_unit_months.csat_responses) as csat
    from int_unit_months

)

select
    indices.unit,
    indices.month,
    cast(indices.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month,
    case when not indices.is_suppressed then (indices.engagement['value'] - 1.0) / 9.0 * 100.0 end as engagement_index,
    case when not indices.is_suppressed then (indices.engagement['ci_low'] - 1.0) / 9.0 * 100.0 end
        as engagement_ci_low,
    case when not indices.is_suppressed then (indices.engagement['ci_high'] - 1.0) / 9.0 * 100.0 end
        as engagement_ci_high,
    case when not indices.is_suppressed then indices.enps end as enps,
    case when not indices.is_suppressed then indices.enps_ci_low end as enps_ci_low,
    case when not indices.is_suppressed then indices.enps_ci_high end as enps_ci_high,
    indices.responses,
    indices.engagement_responses,
    indices.enps_responses,
    indices.is_suppressed,
    case when not indices.is_nps_hidden then indices.nps end as customer_nps,
    case when not indices.is_nps_hidden then indices.nps_ci_low end as customer_nps_ci_low,
    case when not indices.is_nps_hidden then indices.nps_ci_high end as customer_nps_ci_high,
    indices.nps_responses as customer_nps_responses,
    indices.is_nps_hidden as is_customer_nps_suppressed,
    case when not indices.is_csat_hidden then indices.csat['value'] end as customer_csat,
    case when not indices.is_csat_hidden then indices.csat['ci_low'] end as customer_csat_ci_low,
    case when not indices.is_csat_hidden then indices.csat['ci_high'] end as customer_csat_ci_high,
    indices.csat_responses as customer_csat_responses,
    indices.is_csat_hidden as is_customer_csat_suppressed,
    money(indices.net_minor) as net_revenue
from indices

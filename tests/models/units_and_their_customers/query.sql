select
    employee_experience.unit,
    employee_experience.month,
    round(employee_experience.engagement_index, 4) as engagement_index,
    round(employee_experience.engagement_ci_low, 4) as engagement_ci_low,
    round(employee_experience.engagement_ci_high, 4) as engagement_ci_high,
    round(employee_experience.enps, 4) as enps,
    employee_experience.responses,
    employee_experience.engagement_responses,
    employee_experience.enps_responses,
    employee_experience.is_suppressed,
    round(employee_experience.customer_nps, 4) as customer_nps,
    employee_experience.customer_nps_responses as nps_responses,
    employee_experience.is_customer_nps_suppressed as nps_suppressed,
    round(employee_experience.customer_csat, 4) as customer_csat,
    employee_experience.customer_csat_responses as csat_responses,
    employee_experience.is_customer_csat_suppressed as csat_suppressed,
    employee_experience.net_revenue
from employee_experience
order by
    employee_experience.unit,
    employee_experience.month

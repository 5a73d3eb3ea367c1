select
    employee_customer_links.measure,
    employee_customer_links.basis,
    employee_customer_links.lag_months,
    employee_customer_links.units,
    employee_customer_links.pairs,
    employee_customer_links.effective_pairs,
    round(employee_customer_links.correlation, 4) as correlation,
    round(employee_customer_links.ci_low, 4) as ci_low,
    round(employee_customer_links.ci_high, 4) as ci_high,
    employee_customer_links.is_significant,
    employee_customer_links.is_suppressed
from employee_customer_links
order by
    employee_customer_links.measure,
    employee_customer_links.basis,
    employee_customer_links.lag_months

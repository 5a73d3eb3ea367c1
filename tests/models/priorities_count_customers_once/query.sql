select
    int_priority_customers.level,
    int_priority_customers.item,
    int_priority_customers.segment,
    int_priority_customers.customers,
    int_priority_customers.margin_minor
from int_priority_customers
order by
    int_priority_customers.level,
    int_priority_customers.item,
    int_priority_customers.segment

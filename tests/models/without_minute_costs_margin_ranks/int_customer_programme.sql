select
    cast(t.customer_no as bigint) as customer_no,
    cast(0 as bigint) as programme_cost_minor,
    cast(0 as bigint) as programme_cost_12m_minor,
    cast(0 as bigint) as earlier_programme_cost_12m_minor
from (values (1)) as t (customer_no)

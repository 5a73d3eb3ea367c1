select
    cast(t.customer_no as bigint) as customer_no,
    t.customer_key,
    cast(100 as bigint) as acquisition_cost_minor
from (values (1, 'ca'), (2, 'cb'), (3, 'cc'), (4, 'cd'), (5, 'ce')) as t (customer_no, customer_key)

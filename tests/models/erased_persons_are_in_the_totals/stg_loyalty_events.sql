select
    t.customer_id,
    cast(t.programme_cost_minor as bigint) as programme_cost_minor
from (values ('C1', 200), ('C8', 50), ('C2', 300), (null, 400)) as t (customer_id, programme_cost_minor)

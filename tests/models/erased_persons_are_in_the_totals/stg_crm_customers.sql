select
    t.customer_id,
    cast(t.acquisition_cost_minor as bigint) as acquisition_cost_minor
from (values ('C1', 2500), ('C2', 4000), ('C3', null)) as t (customer_id, acquisition_cost_minor)

select t.customer_id
from (values ('C1'), ('C1'), ('C2'), (null)) as t (customer_id)

-- C8 asked for it, and no record has the id any more.
select t.customer_id
from (values ('C1'), ('C8')) as t (customer_id)

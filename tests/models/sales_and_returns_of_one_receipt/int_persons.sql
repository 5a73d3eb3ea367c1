select
    t.customer_key,
    cast(t.customer_no as bigint) as customer_no
from (values ('ca', 1), ('cb', 2), ('cc', 3), ('cd', 4)) as t (customer_key, customer_no)

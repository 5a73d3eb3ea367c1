-- Orders that name no customer at all are a broken extract, not a company without customers. Returns their number, if
-- no order belongs to anybody.

select
    'orders' as item,
    count(*) as orders,
    count(case when orders.customer_key <> 'unidentified' then 1 end) as orders_of_customers
from orders
having
    count(*) >= $guard_least_rows
    and count(case when orders.customer_key <> 'unidentified' then 1 end) = 0

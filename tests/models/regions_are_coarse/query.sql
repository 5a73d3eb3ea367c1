select
    customers.customer_key,
    customers.country,
    customers.region
from customers
order by customers.customer_key

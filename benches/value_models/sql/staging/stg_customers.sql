-- Grain: one row per customer.
-- Purpose: spend as a floating-point number, which the models compute with.
select
    customers.customer_id,
    customers.frequency,
    customers.recency,
    customers.age,
    cast(customers.spend as double) as spend
from customers

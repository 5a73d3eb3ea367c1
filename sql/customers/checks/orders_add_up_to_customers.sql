-- Law 2: orders and net revenue of each person in the table customers are those of the person's orders and returns. The
-- check revenue_is_conserved of the domain profit includes unidentified customers. Returns the persons who differ.

with sums as (

    select
        orders.customer_key,
        count(case when not orders.is_return then 1 end) as order_count,
        max(orders.order_number) as last_number,
        sum(orders.net_revenue) as net_revenue
    from orders
    where orders.customer_key <> 'unidentified'
    group by orders.customer_key

)

select
    coalesce(customers.customer_key, sums.customer_key) as customer_key,
    customers.order_count,
    sums.order_count as orders_found,
    customers.net_revenue,
    sums.net_revenue as orders_net_revenue
from customers
full outer join sums
    on customers.customer_key = sums.customer_key
where
    customers.customer_key is null
    or customers.order_count <> coalesce(sums.order_count, 0)
    or customers.order_count <> coalesce(sums.last_number, 0)
    or customers.net_revenue <> coalesce(sums.net_revenue, 0)

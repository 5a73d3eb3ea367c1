-- Returns the orders whose lines name several payment or delivery costs, of which the largest counts, and the returns
-- that name such a cost although no order has their transaction_id. That cost does not count: handling a return is an
-- activity.

with orders as (

    select int_orders.transaction_id
    from int_orders
    where
        int_orders.is_order = 1
        and (int_orders.has_payment_cost or int_orders.has_delivery_cost)

),

returned as (

    select
        int_orders.transaction_id,
        int_orders.ordered_at
    from int_orders
    where
        int_orders.is_order = 0
        and (int_orders.has_payment_cost or int_orders.has_delivery_cost)

)

select
    'several costs' as broken,
    int_orders.transaction_id,
    int_orders.ordered_at
from int_orders
where not int_orders.costs_agree

union all

select
    'cost of a return' as broken,
    returned.transaction_id,
    returned.ordered_at
from returned
left join orders
    on returned.transaction_id = orders.transaction_id
where orders.transaction_id is null

-- Grain: one row per person and calendar month with a transaction; person_no is null for unmatched transactions.
-- Purpose: the facts of orders and returns, from which customers, months and the reconciliation are computed.
with orders as (
    select
        int_customer_persons.person_no,
        cast(date_trunc('month', local_timestamp(int_orders.ordered_at, $time_zone)) as date) as month,
        int_orders.ordered_at,
        int_orders.channel_no,
        int_orders.is_return,
        int_orders.lines,
        int_orders.units,
        int_orders.net_ore,
        int_orders.cost_of_goods_ore,
        int_orders.category_mask
    from int_customer_persons
    right join int_orders
        on int_customer_persons.customer_id = int_orders.customer_id
)

select
    orders.person_no,
    orders.month,
    min(case when not orders.is_return then orders.ordered_at end) as first_purchase_at,
    max(case when not orders.is_return then orders.ordered_at end) as last_purchase_at,
    sum(orders.lines) as lines,
    sum(case when orders.is_return then 0 else 1 end) as orders,
    sum(case when orders.is_return then orders.lines else 0 end) as return_lines,
    sum(case when orders.is_return then -orders.units else orders.units end) as units,
    sum(case when orders.is_return then -orders.net_ore else orders.net_ore end) as net_ore,
    sum(case when orders.is_return then orders.net_ore else 0 end) as returned_ore,
    sum(
        case when orders.is_return then -orders.cost_of_goods_ore else orders.cost_of_goods_ore end
    ) as cost_of_goods_ore,
    bit_or(case when orders.is_return then 0 else orders.category_mask end) as category_mask,
    sum(case when orders.channel_no = 1 and not orders.is_return then 1 else 0 end) as orders_store,
    sum(case when orders.channel_no = 2 and not orders.is_return then 1 else 0 end) as orders_web,
    sum(case when orders.channel_no = 3 and not orders.is_return then 1 else 0 end) as orders_app,
    sum(case when orders.channel_no = 4 and not orders.is_return then 1 else 0 end) as orders_phone
from orders
group by orders.person_no, orders.month

-- Grain: one row per order or return.
-- Each order and return in one row: whose, when, where and for how much. The sums of its lines come from int_orders,
-- where a line of unknown cost adds nothing to cost of goods. Here cost and margin are null if any line is such.
-- order_key is the transaction_id of an order, and that of a return with its local day, as in order_lines.

select
    case
        when int_orders.is_order = 1 then cast(int_orders.transaction_id as varchar)
        else concat(cast(int_orders.transaction_id as varchar), '-return-', cast(int_orders.ordered_date as varchar))
    end as order_key,
    int_orders.transaction_id,
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    int_orders.is_order = 0 as is_return,
    int_orders.ordered_at,
    int_orders.ordered_date,
    int_orders.channel,
    int_orders.store_id,
    int_orders.currency,
    money(int_orders.gross_minor) as gross_revenue,
    money(int_orders.discounts_minor) as discounts,
    money(int_orders.returns_minor) as returns,
    money(int_orders.net_minor) as net_revenue,
    case when int_orders.lines_with_cost = int_orders.lines then money(int_orders.cost_of_goods_minor) end
        as cost_of_goods,
    case
        when int_orders.lines_with_cost = int_orders.lines
            then money(int_orders.net_minor - int_orders.cost_of_goods_minor)
    end as gross_margin,
    int_orders.lines,
    int_orders.lines - int_orders.lines_with_cost as lines_without_cost,
    int_order_numbers.order_number,
    int_order_numbers.order_number = 1 as is_first_order
from int_orders
left join int_persons
    on int_orders.customer_no = int_persons.customer_no
left join int_order_numbers
    on
        int_orders.transaction_id = int_order_numbers.transaction_id
        and int_orders.is_order = 1

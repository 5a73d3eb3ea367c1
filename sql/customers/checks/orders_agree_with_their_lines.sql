-- Lines of one order or return that name another channel, store or currency than its row in orders, which has the first
-- by name. Amounts do not depend on it, because each line is converted at its own rate. Returns these transactions.

select
    int_lines.transaction_id,
    count(*) as lines
from int_lines
inner join int_orders
    on int_lines.transaction_id = int_orders.transaction_id
where
    (int_lines.channel is distinct from int_orders.channel)
    or (int_lines.store_id is distinct from int_orders.store_id)
    or (int_lines.currency is distinct from int_orders.currency)
group by int_lines.transaction_id

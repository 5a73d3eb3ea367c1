-- Grain: one row per transaction_id with a line of an erased person.
-- An order vanishes with all its lines and its returns, as do those that name nobody and those of an order that names
-- somebody else too, which belongs to nobody (int_orders).

select int_lines.transaction_id
from int_erased_customers
inner join int_lines
    on int_erased_customers.customer_id = int_lines.customer_id
group by int_lines.transaction_id

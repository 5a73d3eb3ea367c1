-- Grain: channel.
-- Purpose: needs every column of the extract, and little work other than reading it.
with transactions as (

    select * from transactions

)

select
    coalesce(channel, 'none') as channel,
    count(*) as lines,
    count(transaction_id) + count(line_no) + count(customer_id) + count(store_id) + count(product_id)
    + count(category) + count(discount) + count(currency) + count(is_return) as filled,
    sum(quantity) as quantity,
    sum(unit_price) as unit_price,
    max(ordered_at) as last_ordered_at
from transactions
group by 1

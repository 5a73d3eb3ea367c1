-- Grain: one row per transaction_id.
-- Orders and returns with the person they belong to (customer_no 0: nobody known) and their local day
-- and month. Everything about purchases further down derives from this model.

select
    int_transactions.transaction_id,
    coalesce(int_customer_records.customer_no, 0) as customer_no,
    int_transactions.ordered_at,
    cast(local_timestamp(int_transactions.ordered_at, $time_zone) as date) as ordered_date,
    cast(date_trunc('month', local_timestamp(int_transactions.ordered_at, $time_zone)) as date) as month,
    int_transactions.channel,
    case when int_transactions.is_return then 0 else 1 end as is_order,
    int_transactions.categories_mask,
    int_transactions.lines,
    int_transactions.lines_with_rate,
    int_transactions.lines_with_cost,
    int_transactions.gross_minor,
    int_transactions.gross_minor - int_transactions.net_sale_minor as discounts_minor,
    int_transactions.returns_minor,
    int_transactions.net_sale_minor - int_transactions.returns_minor as net_minor,
    int_transactions.cost_of_goods_minor
from int_transactions
left join int_customer_records
    on int_transactions.customer_id = int_customer_records.customer_id

-- Grain: one row per line of an order or return.
-- What was sold or returned, and for how much, straight from the lines. Amounts have the signs that they have in
-- orders, so that sums agree: a returned line has its refund in returns, and its cost of goods is negative. order_key
-- is the transaction_id of an order, and that of a return with its local day, as in orders.

select
    case
        when not int_lines.is_return then cast(int_lines.transaction_id as varchar)
        else
            concat(
                cast(int_lines.transaction_id as varchar),
                '-return-',
                cast(local_date(int_lines.ordered_at, $time_zone) as varchar)
            )
    end as order_key,
    int_lines.line_no,
    int_lines.is_return,
    int_lines.product_id,
    int_products.category,
    cast(int_lines.kind as varchar) as kind,
    int_lines.quantity,
    money(case when int_lines.is_return then 0 else int_lines.gross_minor end) as gross_revenue,
    money(case when int_lines.is_return then 0 else int_lines.gross_minor - int_lines.net_minor end) as discounts,
    money(case when int_lines.is_return then int_lines.net_minor else 0 end) as returns,
    money(case when int_lines.is_return then -int_lines.net_minor else int_lines.net_minor end) as net_revenue,
    money(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end) as cost_of_goods
from int_lines
left join int_products
    on int_lines.product_id = int_products.product_id
left join int_erased_transactions
    on int_lines.transaction_id = int_erased_transactions.transaction_id
where
    int_lines.counts
    and int_erased_transactions.transaction_id is null

-- Grain: one row per transaction_id.
-- Orders and returns with the person they belong to (customer_no 0: nobody known), their local day and
-- month, and what paying and delivering an order cost (lookup order_costs, rounded half up per order; a
-- return costs neither). Everything about purchases further down derives from this model.

with transactions as (

    select
        int_transactions.transaction_id,
        coalesce(int_customer_records.customer_no, 0) as customer_no,
        int_transactions.ordered_at,
        int_transactions.channel,
        case when int_transactions.is_return then 0 else 1 end as is_order,
        int_transactions.categories_mask,
        int_transactions.lines,
        int_transactions.lines_with_rate,
        int_transactions.lines_with_cost,
        int_transactions.gross_minor,
        int_transactions.net_sale_minor,
        int_transactions.returns_minor,
        int_transactions.cost_of_goods_minor,
        cast(coalesce(order_costs.payment_share, 0) * 1000000 as bigint) as payment_share_e6,
        cast(coalesce(order_costs.payment_fee, 0) * 100 as bigint) as payment_fee_minor,
        cast(coalesce(order_costs.delivery_fee, 0) * 100 as bigint) as delivery_fee_minor,
        greatest(int_transactions.net_sale_minor, 0) as paid_minor
    from int_transactions
    left join int_customer_records
        on int_transactions.customer_id = int_customer_records.customer_id
    left join order_costs
        on int_transactions.channel = order_costs.channel

)

select
    transactions.transaction_id,
    transactions.customer_no,
    transactions.ordered_at,
    local_date(transactions.ordered_at, $time_zone) as ordered_date,
    local_month(transactions.ordered_at, $time_zone) as month,
    transactions.channel,
    transactions.is_order,
    transactions.categories_mask,
    transactions.lines,
    transactions.lines_with_rate,
    transactions.lines_with_cost,
    transactions.gross_minor,
    transactions.gross_minor - transactions.net_sale_minor as discounts_minor,
    transactions.returns_minor,
    transactions.net_sale_minor - transactions.returns_minor as net_minor,
    transactions.cost_of_goods_minor,
    -- Amount x share / 10^6, the whole millions apart: their product with the share alone stays within 64 bits.
    transactions.is_order
    * (
        transactions.paid_minor / 1000000 * transactions.payment_share_e6
        + (transactions.paid_minor % 1000000 * transactions.payment_share_e6 + 500000) / 1000000
        + transactions.payment_fee_minor
    ) as payment_cost_minor,
    transactions.is_order * transactions.delivery_fee_minor as delivery_cost_minor
from transactions

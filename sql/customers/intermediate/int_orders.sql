-- Grain: one row per transaction_id.
-- Orders and returns with the person they belong to (customer_no 0: unidentified), their local day and month, and what
-- paying and delivering an order cost (lookup order_costs, rounded half up per order; a return costs neither).
-- Everything about purchases further down derives from this model. Money is in minor units of the base currency,
-- rounded half up per line:
--   gross      quantity x unit_price of sold lines
--   net sale   (quantity x unit_price - discount) of sold lines
--   discounts  gross - net sale
--   returns    (quantity x unit_price - discount) of returned lines
--   net        net sale - returns, so that net = gross - discounts - returns holds exactly
-- cost of goods = quantity x unit_cost, and comes back for returned lines. A line whose product or currency is unknown
-- adds nothing to the sum concerned, and is counted. Channel, store and currency are the first by name of the lines;
-- lines_agree is false if they differ.

with transactions as (

    -- Before anything else is joined.
    select
        int_lines.transaction_id,
        min(int_lines.customer_id) as customer_id,
        min(int_lines.ordered_at) as ordered_at,
        min(int_lines.channel) as channel,
        min(int_lines.store_id) as store_id,
        min(int_lines.currency) as currency,
        coalesce(min(int_lines.channel) = max(int_lines.channel), true)
        and coalesce(min(int_lines.store_id) = max(int_lines.store_id), true)
        and count(int_lines.channel) in (0, count(*))
        and count(int_lines.store_id) in (0, count(*))
        and min(int_lines.currency) = max(int_lines.currency) as lines_agree,
        case when bool_and(int_lines.is_return) then 0 else 1 end as is_order,
        count(*) as lines,
        count(int_lines.net_minor) as lines_with_rate,
        count(int_lines.cost_minor) as lines_with_cost,
        coalesce(sum(case when not int_lines.is_return then int_lines.gross_minor end), 0) as gross_minor,
        coalesce(sum(case when not int_lines.is_return then int_lines.net_minor end), 0) as net_sale_minor,
        coalesce(sum(case when int_lines.is_return then int_lines.net_minor end), 0) as returns_minor,
        coalesce(sum(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end), 0)
            as cost_of_goods_minor
    from int_lines
    group by int_lines.transaction_id

)

select
    transactions.transaction_id,
    coalesce(int_customer_records.customer_no, 0) as customer_no,
    transactions.ordered_at,
    local_date(transactions.ordered_at, $time_zone) as ordered_date,
    local_month(transactions.ordered_at, $time_zone) as month,
    transactions.channel,
    transactions.store_id,
    transactions.currency,
    transactions.is_order,
    transactions.lines,
    transactions.lines_agree,
    transactions.lines_with_rate,
    transactions.lines_with_cost,
    transactions.gross_minor,
    transactions.gross_minor - transactions.net_sale_minor as discounts_minor,
    transactions.returns_minor,
    transactions.net_sale_minor - transactions.returns_minor as net_minor,
    transactions.cost_of_goods_minor,
    transactions.is_order
    * (
        coalesce(share_of(greatest(transactions.net_sale_minor, 0), order_costs.payment_share), 0)
        + cast(coalesce(order_costs.payment_fee, 0) * 100 as bigint)
    ) as payment_cost_minor,
    transactions.is_order * cast(coalesce(order_costs.delivery_fee, 0) * 100 as bigint) as delivery_cost_minor
from transactions
left join int_customer_records
    on transactions.customer_id = int_customer_records.customer_id
left join order_costs
    on transactions.channel = order_costs.channel

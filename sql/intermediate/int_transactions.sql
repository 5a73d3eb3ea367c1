-- Grain: one row per transaction_id.
-- Lines become orders and returns, once, before anything else is joined: this is the widest step of the
-- pipeline. Money is in minor units of the base currency, rounded half up per line:
--   gross    quantity x unit_price of sold lines
--   net sale (quantity x unit_price - discount) of sold lines; discounts = gross - net sale
--   returns  (quantity x unit_price - discount) of returned lines
--   net      net sale - returns, so that net = gross - discounts - returns holds exactly
-- cost of goods = quantity x unit_cost, and comes back for returned lines. A line whose product or
-- currency is unknown adds nothing to the sum concerned, and is counted.
-- categories_mask has a bit for each category among the lines, in the order of the categories' names; from the 62nd
-- on they share one. It is carried so that nobody has to read the lines again to count categories.

with costs as (

    select
        stg_products.product_id,
        stg_products.unit_cost_minor,
        case
            when stg_products.category is not null
                then cast(1 as bigint) << least(
                    cast(dense_rank() over (order by stg_products.category nulls last) as bigint) - 1, 61
                )
        end as category_mask
    from stg_products

),

lines as (

    select
        stg_transactions.transaction_id,
        stg_transactions.customer_id,
        stg_transactions.ordered_at,
        stg_transactions.channel,
        stg_transactions.is_return,
        stg_transactions.quantity * stg_transactions.unit_price_minor as list_minor,
        stg_transactions.discount_minor,
        stg_transactions.exchange_rate_e4,
        stg_transactions.quantity * costs.unit_cost_minor as cost_minor,
        costs.category_mask
    from stg_transactions
    left join costs
        on stg_transactions.product_id = costs.product_id

),

converted as (

    -- The shift by 10^12 keeps the dividend positive, so that integer division rounds half up even
    -- where a discount exceeds the price.
    select
        lines.transaction_id,
        lines.customer_id,
        lines.ordered_at,
        lines.channel,
        lines.is_return,
        (lines.list_minor * lines.exchange_rate_e4 + 5000) / 10000 as gross_minor,
        ((lines.list_minor - lines.discount_minor) * lines.exchange_rate_e4 + 10000000000005000) / 10000
        - 1000000000000 as net_minor,
        lines.cost_minor,
        lines.category_mask
    from lines

)

select
    converted.transaction_id,
    min(converted.customer_id) as customer_id,
    min(converted.ordered_at) as ordered_at,
    min(converted.channel) as channel,
    bool_and(converted.is_return) as is_return,
    coalesce(bit_or(converted.category_mask), 0) as categories_mask,
    count(*) as lines,
    count(converted.net_minor) as lines_with_rate,
    count(converted.cost_minor) as lines_with_cost,
    coalesce(sum(case when not converted.is_return then converted.gross_minor end), 0) as gross_minor,
    coalesce(sum(case when not converted.is_return then converted.net_minor end), 0) as net_sale_minor,
    coalesce(sum(case when converted.is_return then converted.net_minor end), 0) as returns_minor,
    coalesce(sum(case when converted.is_return then -converted.cost_minor else converted.cost_minor end), 0)
        as cost_of_goods_minor
from converted
group by converted.transaction_id

-- Grain: one row per transaction line.
-- Lines in minor units of the base currency, rounded half up per line, for order_lines and the models that sum them: by
-- transaction, by product, by category and by store. This is the widest table of the pipeline, so it holds no more
-- than they need. The rate is the one in force on the local date of the order, and the fixed one (lookup
-- fixed_exchange_rates) where the rate extract has none. A line of a product that is missing from the product extract
-- keeps its product_id and has no cost (null), one in an unknown currency has no amount.
--   gross_minor  quantity x unit_price
--   net_minor    quantity x unit_price - discount

with lines as (

    select
        stg_transactions.transaction_id,
        stg_transactions.line_no,
        stg_transactions.customer_id,
        stg_transactions.ordered_at,
        stg_transactions.channel,
        stg_transactions.store_id,
        stg_transactions.is_return,
        stg_transactions.quantity,
        stg_transactions.product_id,
        stg_transactions.currency,
        stg_transactions.quantity * stg_transactions.unit_price_minor as list_minor,
        stg_transactions.quantity * stg_transactions.unit_price_minor - stg_transactions.discount_minor
            as charged_minor,
        coalesce(int_exchange_rates.rate, fixed_exchange_rates.rate) as rate,
        stg_transactions.quantity * stg_products.unit_cost_minor as cost_minor
    from stg_transactions
    left join stg_products
        on stg_transactions.product_id = stg_products.product_id
    left join fixed_exchange_rates
        on stg_transactions.currency = fixed_exchange_rates.currency
    left join int_exchange_rates
        on
            stg_transactions.currency = int_exchange_rates.currency
            and local_date(stg_transactions.ordered_at, $time_zone) = int_exchange_rates.day

)

select
    lines.transaction_id,
    lines.line_no,
    lines.customer_id,
    lines.ordered_at,
    lines.channel,
    lines.store_id,
    lines.is_return,
    cast(lines.quantity as integer) as quantity,
    lines.product_id,
    lines.currency,
    to_base_currency(lines.list_minor, lines.rate) as gross_minor,
    to_base_currency(lines.charged_minor, lines.rate) as net_minor,
    lines.cost_minor
from lines

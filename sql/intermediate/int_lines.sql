-- Grain: one row per transaction line.
-- Lines in minor units of the base currency, rounded half up per line, for the models that sum them: by
-- transaction, by product and by unit. This is the widest table of the pipeline, so it holds no more than they
-- need. The rate is the one in force on the local date of the order, and the fixed one where the rate
-- extract has none. An unknown product has product_no 0 and no cost (null), an unknown currency no amount. A line
-- of no unit of the employee survey has unit_no 0.
--   gross_minor  quantity x unit_price
--   net_minor    quantity x unit_price - discount

with lines as (

    select
        stg_transactions.transaction_id,
        stg_transactions.customer_id,
        stg_transactions.ordered_at,
        stg_transactions.channel,
        stg_transactions.is_return,
        stg_transactions.quantity,
        coalesce(int_products.product_no, 0) as product_no,
        int_products.category_no,
        coalesce(int_units.unit_no, 0) as unit_no,
        stg_transactions.quantity * stg_transactions.unit_price_minor as list_minor,
        -- Shifted by 10^12 so that integer division rounds half up even where a discount exceeds the price.
        stg_transactions.quantity * stg_transactions.unit_price_minor - stg_transactions.discount_minor
        + 1000000000000 as charged_minor,
        coalesce(int_exchange_rates.rate_e6, stg_transactions.fixed_rate_e6) as rate_e6,
        stg_transactions.quantity * int_products.unit_cost_minor as cost_minor
    from stg_transactions
    left join int_products
        on stg_transactions.product_id = int_products.product_id
    left join int_units
        on stg_transactions.store_id = int_units.unit
    left join int_exchange_rates
        on
            stg_transactions.currency = int_exchange_rates.currency
            and local_date(stg_transactions.ordered_at, $time_zone) = int_exchange_rates.day

)

select
    lines.transaction_id,
    lines.customer_id,
    lines.ordered_at,
    lines.channel,
    lines.is_return,
    cast(lines.quantity as integer) as quantity,
    lines.product_no,
    lines.category_no,
    lines.unit_no,
    -- Amount x rate / 10^6, the whole millions apart: their product with the rate alone stays within 64 bits.
    lines.list_minor / 1000000 * lines.rate_e6
    + (lines.list_minor % 1000000 * lines.rate_e6 + 500000) / 1000000 as gross_minor,
    (lines.charged_minor / 1000000 - 1000000) * lines.rate_e6
    + (lines.charged_minor % 1000000 * lines.rate_e6 + 500000) / 1000000 as net_minor,
    lines.cost_minor
from lines

-- Grain: one row per transaction line.
-- Lines in minor units of the base currency, rounded half up per line, for order_lines and the models that sum them: by
-- transaction, by product, by category and by store. This is the widest table of the pipeline, so it holds no more
-- than they need. The rate is the one in force on the local date of the line, and the fixed one (lookup
-- fixed_exchange_rates) where the rate extract has none. A line of a product that is missing from the product extract
-- keeps its product_id and has no cost (null), one in an unknown currency has no amount.
--   list_minor   quantity x unit_price, in minor units of the line's currency
--   gross_minor  quantity x unit_price
--   net_minor    quantity x unit_price - discount
--   guest        e-mail address and phone number as written, with chr(31) between them; null on most lines
-- Every line of the extract is here. Those that count in no order (counts is false) are of a status that the lookup
-- order_statuses leaves out, such as cancelled, or of a product that does not bring revenue (lookup product_kinds),
-- such as a gift card. A status that the lookup does not have counts. Models that sum lines leave out what does not
-- count, except int_line_totals, which accounts for it.

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
        stg_transactions.status,
        stg_transactions.payment_cost_minor,
        stg_transactions.delivery_cost_minor,
        case
            when stg_transactions.email is not null or stg_transactions.phone is not null
                then concat(stg_transactions.email, chr(31), stg_transactions.phone)
        end as guest,
        coalesce(stg_transactions.list_minor, stg_transactions.quantity * stg_transactions.unit_price_minor)
            as list_minor,
        coalesce(stg_transactions.list_minor, stg_transactions.quantity * stg_transactions.unit_price_minor)
        - stg_transactions.discount_minor as charged_minor,
        coalesce(int_exchange_rates.rate, fixed_exchange_rates.rate) as rate,
        coalesce(int_products.kind, 'goods') as kind,
        coalesce(int_products.counts_as_revenue, true) as counts_as_revenue,
        stg_transactions.quantity * int_products.unit_cost_minor as cost_minor
    from stg_transactions
    left join int_products
        on stg_transactions.product_id = int_products.product_id
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
    arrow_cast(lines.status, 'Dictionary(Int16, Utf8)') as status,
    arrow_cast(lines.kind, 'Dictionary(Int8, Utf8)') as kind,
    lines.counts_as_revenue and coalesce(order_statuses.counts, true) as counts,
    lines.list_minor,
    to_base_currency(lines.list_minor, lines.rate) as gross_minor,
    to_base_currency(lines.charged_minor, lines.rate) as net_minor,
    lines.cost_minor,
    cast(lines.payment_cost_minor as integer) as payment_cost_minor,
    cast(lines.delivery_cost_minor as integer) as delivery_cost_minor,
    lines.guest
from lines
left join order_statuses
    on lower(trim(lines.status)) = order_statuses.status

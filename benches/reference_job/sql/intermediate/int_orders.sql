-- Grain: one row per transaction, an order or a return. All its lines share customer, time, channel and direction.
-- Purpose: folds lines into orders. Amounts are positive here, on returns too.
-- Small tables are on the left of each join: that side is held in memory, and the lines stream past.
with lines as (
    select
        stg_transaction_lines.transaction_id,
        stg_transaction_lines.customer_id,
        stg_transaction_lines.ordered_at,
        stg_transaction_lines.channel_no,
        stg_transaction_lines.is_return,
        stg_transaction_lines.category,
        stg_transaction_lines.quantity,
        stg_transaction_lines.net_ore,
        stg_transaction_lines.quantity * stg_products.unit_cost_ore as cost_of_goods_ore
    from stg_products
    right join stg_transaction_lines
        on stg_products.product_id = stg_transaction_lines.product_id
),

categorised_lines as (
    select
        lines.transaction_id,
        lines.customer_id,
        lines.ordered_at,
        lines.channel_no,
        lines.is_return,
        lines.quantity,
        lines.net_ore,
        lines.cost_of_goods_ore,
        int_categories.category_bit
    from int_categories
    right join lines
        on int_categories.category = lines.category
)

select
    categorised_lines.transaction_id,
    categorised_lines.customer_id,
    min(categorised_lines.ordered_at) as ordered_at,
    min(categorised_lines.channel_no) as channel_no,
    bool_or(categorised_lines.is_return) as is_return,
    count(*) as lines,
    sum(categorised_lines.quantity) as units,
    sum(categorised_lines.net_ore) as net_ore,
    sum(categorised_lines.cost_of_goods_ore) as cost_of_goods_ore,
    coalesce(bit_or(categorised_lines.category_bit), 0) as category_mask
from categorised_lines
group by categorised_lines.transaction_id, categorised_lines.customer_id

-- Grain: one row per product and month with a line; all products missing from the extract are 'unknown'.
-- Revenue and cost of each product, from the lines themselves; cost and margin are null without a unit cost.

with sums as (

    -- A line's product_id counts only if the extract or the lookup product_kinds has it.
    select
        int_products.product_id,
        int_products.category,
        local_month(int_lines.ordered_at, $time_zone) as month,
        count(*) as lines,
        sum(case when int_lines.is_return then 0 else int_lines.quantity end) as units_sold,
        sum(case when int_lines.is_return then int_lines.quantity else 0 end) as units_returned,
        coalesce(sum(case when not int_lines.is_return then int_lines.gross_minor end), 0) as gross_minor,
        coalesce(sum(case when not int_lines.is_return then int_lines.net_minor end), 0) as net_sale_minor,
        coalesce(sum(case when int_lines.is_return then int_lines.net_minor end), 0) as returns_minor,
        count(int_lines.cost_minor) as lines_with_cost,
        sum(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end)
            as cost_of_goods_minor
    from int_lines
    left join int_products
        on int_lines.product_id = int_products.product_id
    left join int_erased_transactions
        on int_lines.transaction_id = int_erased_transactions.transaction_id
    where
        int_lines.counts
        and int_erased_transactions.transaction_id is null
    group by
        int_products.product_id,
        int_products.category,
        local_month(int_lines.ordered_at, $time_zone)

)

select
    coalesce(sums.product_id, 'unknown') as product_id,
    case when sums.product_id is null then 'unknown' else sums.category end as category,
    sums.month,
    sums.lines,
    sums.units_sold - sums.units_returned as units,
    sums.units_returned,
    money(sums.gross_minor) as gross_revenue,
    money(sums.gross_minor - sums.net_sale_minor) as discounts,
    money(sums.returns_minor) as returns,
    money(sums.net_sale_minor - sums.returns_minor) as net_revenue,
    case when sums.lines_with_cost = sums.lines then money(sums.cost_of_goods_minor) end as cost_of_goods,
    case
        when sums.lines_with_cost = sums.lines
            then money(sums.net_sale_minor - sums.returns_minor - sums.cost_of_goods_minor)
    end as gross_margin,
    cast(sums.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from sums

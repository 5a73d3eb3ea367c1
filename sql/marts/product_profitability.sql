-- Grain: one row per product and month with a line; all products missing from the extract are 'unknown'.
-- Revenue and cost of each product, from the lines themselves.

with sums as (

    select
        int_lines.product_no,
        cast(date_trunc('month', local_timestamp(int_lines.ordered_at, $time_zone)) as date) as month,
        count(*) as lines,
        sum(case when int_lines.is_return then 0 else int_lines.quantity end) as units_sold,
        sum(case when int_lines.is_return then int_lines.quantity else 0 end) as units_returned,
        coalesce(sum(case when not int_lines.is_return then int_lines.gross_minor end), 0) as gross_minor,
        coalesce(sum(case when not int_lines.is_return then int_lines.net_minor end), 0) as net_sale_minor,
        coalesce(sum(case when int_lines.is_return then int_lines.net_minor end), 0) as returns_minor,
        coalesce(sum(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end), 0)
            as cost_of_goods_minor
    from int_lines
    group by
        int_lines.product_no,
        cast(date_trunc('month', local_timestamp(int_lines.ordered_at, $time_zone)) as date)

)

select
    coalesce(int_products.product_id, 'unknown') as product_id,
    case when int_products.product_id is null then 'unknown' else int_products.category end as category,
    sums.month,
    sums.lines,
    sums.units_sold - sums.units_returned as units,
    sums.units_returned,
    cast(cast(sums.gross_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as gross_revenue,
    cast(
        cast(sums.gross_minor - sums.net_sale_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as discounts,
    cast(cast(sums.returns_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)) as returns,
    cast(
        cast(sums.net_sale_minor - sums.returns_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as net_revenue,
    cast(
        cast(sums.cost_of_goods_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_of_goods,
    cast(
        cast(sums.net_sale_minor - sums.returns_minor - sums.cost_of_goods_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as gross_margin
from sums
left join int_products
    on sums.product_no = int_products.product_no

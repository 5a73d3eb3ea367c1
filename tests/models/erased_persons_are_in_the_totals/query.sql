-- What is left and what was erased is what the extract has.
with orders as (

    select
        sum(int_orders.gross_minor) as gross_minor,
        sum(int_orders.discounts_minor) as discounts_minor,
        sum(int_orders.returns_minor) as returns_minor,
        sum(int_orders.cost_of_goods_minor) as cost_of_goods_minor
    from int_orders

),

lines as (

    select
        sum(case when int_line_totals.is_return then 0 else int_line_totals.gross_minor end) as gross_minor,
        sum(case when int_line_totals.is_return then int_line_totals.net_minor else 0 end) as returns_minor
    from int_line_totals
    where int_line_totals.counts

)

select
    int_erased_amounts.line,
    int_erased_amounts.amount,
    case int_erased_amounts.line
        when 'gross_revenue' then money(cast(orders.gross_minor as bigint))
        when 'discounts' then money(cast(orders.discounts_minor as bigint))
        when 'returns' then money(cast(orders.returns_minor as bigint))
        when 'cost_of_goods' then money(cast(orders.cost_of_goods_minor as bigint))
    end as of_others,
    case int_erased_amounts.line
        when 'gross_revenue' then money(cast(lines.gross_minor as bigint))
        when 'returns' then money(cast(lines.returns_minor as bigint))
    end as of_all
from int_erased_amounts
cross join orders
cross join lines

union all

select
    int_rows_erased.source as line,
    cast(sum(int_rows_erased.rows_erased) as decimal(18, 2)) as amount,
    null as of_others,
    null as of_all
from int_rows_erased
group by int_rows_erased.source
order by line

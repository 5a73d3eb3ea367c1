-- Grain: one row per customer, and one for 'unidentified'.
-- Revenue and cost of each customer until as_of, most profitable first (customer_key breaks ties). The unidentified
-- row is not a customer: it has no rank and is not on the curve.

with ranked as (

    select
        int_customer_profit.customer_no,
        row_number() over (order by int_customer_profit.contribution_minor desc, int_customer_profit.customer_key)
            as profit_rank,
        sum(int_customer_profit.contribution_minor) over (
            order by int_customer_profit.contribution_minor desc, int_customer_profit.customer_key
            rows between unbounded preceding and current row
        ) as cumulative_minor
    from int_customer_profit
    where int_customer_profit.customer_no > 0

),

total as (

    select sum(int_customer_profit.contribution_minor) as contribution_minor
    from int_customer_profit
    where int_customer_profit.customer_no > 0

)

select
    int_customer_profit.customer_key,
    cast(
        cast(int_customer_profit.gross_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as gross_revenue,
    cast(
        cast(int_customer_profit.discounts_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as discounts,
    cast(
        cast(int_customer_profit.returns_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as returns,
    cast(
        cast(int_customer_profit.net_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as net_revenue,
    cast(
        cast(int_customer_profit.cost_of_goods_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_of_goods,
    cast(
        cast(int_customer_profit.net_minor - int_customer_profit.cost_of_goods_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as gross_margin,
    cast(
        cast(int_customer_profit.payment_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as payment_cost,
    cast(
        cast(int_customer_profit.delivery_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as delivery_cost,
    cast(
        cast(int_customer_profit.cost_to_serve_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve,
    cast(
        cast(int_customer_profit.phone_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_phone,
    cast(
        cast(int_customer_profit.chat_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_chat,
    cast(
        cast(int_customer_profit.email_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_email,
    cast(
        cast(int_customer_profit.store_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_store,
    cast(
        cast(int_customer_profit.web_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_web,
    cast(
        cast(int_customer_profit.app_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_app,
    cast(
        cast(int_customer_profit.returns_handling_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_returns_handling,
    cast(
        cast(int_customer_profit.other_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_other,
    cast(
        cast(int_customer_profit.programme_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as programme_cost,
    cast(
        cast(int_customer_profit.acquisition_cost_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as acquisition_cost,
    cast(
        cast(int_customer_profit.contribution_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution_profit,
    cast(ranked.profit_rank as bigint) as profit_rank,
    cast(cast(ranked.cumulative_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2))
        as cumulative_profit,
    case
        when total.contribution_minor > 0
            then cast(ranked.cumulative_minor as double) / cast(total.contribution_minor as double)
    end as cumulative_profit_share,
    int_customer_profit.order_count,
    int_customer_profit.interactions,
    int_customer_profit.interactions_without_rate,
    int_customer_profit.lines_without_cost
from int_customer_profit
cross join total
left join ranked
    on int_customer_profit.customer_no = ranked.customer_no

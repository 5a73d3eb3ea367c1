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
    money(int_customer_profit.gross_minor) as gross_revenue,
    money(int_customer_profit.discounts_minor) as discounts,
    money(int_customer_profit.returns_minor) as returns,
    money(int_customer_profit.net_minor) as net_revenue,
    money(int_customer_profit.cost_of_goods_minor) as cost_of_goods,
    money(int_customer_profit.net_minor - int_customer_profit.cost_of_goods_minor) as gross_margin,
    money(int_customer_profit.payment_cost_minor) as payment_cost,
    money(int_customer_profit.delivery_cost_minor) as delivery_cost,
    money(int_customer_profit.cost_to_serve_minor) as cost_to_serve,
    money(int_customer_profit.phone_minor) as cost_to_serve_phone,
    money(int_customer_profit.chat_minor) as cost_to_serve_chat,
    money(int_customer_profit.email_minor) as cost_to_serve_email,
    money(int_customer_profit.store_minor) as cost_to_serve_store,
    money(int_customer_profit.web_minor) as cost_to_serve_web,
    money(int_customer_profit.app_minor) as cost_to_serve_app,
    money(int_customer_profit.returns_handling_minor) as cost_to_serve_returns_handling,
    money(int_customer_profit.other_minor) as cost_to_serve_other,
    money(int_customer_profit.programme_cost_minor) as programme_cost,
    money(int_customer_profit.acquisition_cost_minor) as acquisition_cost,
    money(int_customer_profit.contribution_minor) as contribution_profit,
    money(int_customer_profit.contribution_12m_minor) as contribution_profit_12m,
    cast(ranked.profit_rank as bigint) as profit_rank,
    money(ranked.cumulative_minor) as cumulative_profit,
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

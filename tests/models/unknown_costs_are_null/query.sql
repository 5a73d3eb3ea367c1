select
    customer_profitability.customer_key,
    customer_profitability.basis,
    customer_profitability.net_revenue,
    customer_profitability.net_revenue_without_cost,
    customer_profitability.cost_of_goods,
    customer_profitability.gross_margin,
    customer_profitability.cost_to_serve_phone,
    customer_profitability.cost_to_serve_chat,
    customer_profitability.cost_to_serve,
    customer_profitability.contribution_profit,
    customer_profitability.contribution_profit_12m,
    round(customer_profitability.known_cost_share, 4) as known_cost_share,
    customer_profitability.profit_rank,
    customer_profitability.cumulative_profit,
    int_customer_profit.value_12m_minor
from customer_profitability
inner join int_customer_profit
    on customer_profitability.customer_key = int_customer_profit.customer_key
order by customer_profitability.customer_key

select
    customer_profitability.customer_key,
    customer_profitability.contribution_profit,
    customer_profitability.profit_rank,
    customer_profitability.cumulative_profit,
    customer_profitability.cumulative_profit_share
from customer_profitability
order by
    customer_profitability.profit_rank nulls last,
    customer_profitability.customer_key

-- Law 4: the whale curve ends at the total contribution profit of all customers whose profit is known, by rank and by
-- percentile, and covers each of them once. By another measure than contribution it has no profit and only covers the
-- customers. Returns the curves that do not.

with customers_total as (

    select
        count(*) as customers,
        sum(case when customer_profitability.basis = 'contribution' then customer_profitability.contribution_profit end)
            as total_profit,
        max(customer_profitability.profit_rank) as last_rank
    from customer_profitability
    where
        customer_profitability.customer_key <> 'unidentified'
        and (customer_profitability.basis <> 'contribution' or customer_profitability.contribution_profit is not null)
        and (customer_profitability.basis <> 'gross_margin' or customer_profitability.gross_margin is not null)

),

ends as (

    select
        'customer_profitability' as curve,
        customer_profitability.profit_rank as customers,
        customer_profitability.cumulative_profit
    from customer_profitability
    inner join customers_total
        on customer_profitability.profit_rank = customers_total.last_rank

    union all

    select
        'profit_curve' as curve,
        profit_curve.cumulative_customers as customers,
        profit_curve.cumulative_profit
    from profit_curve
    where profit_curve.percentile = 100

)

select
    ends.curve,
    ends.customers,
    customers_total.customers as customers_in_table,
    ends.cumulative_profit,
    customers_total.total_profit
from customers_total
left join ends
    on true
where
    customers_total.customers > 0
    and (
        ends.curve is null
        or (ends.cumulative_profit is distinct from customers_total.total_profit)
        or ends.customers <> customers_total.customers
    )

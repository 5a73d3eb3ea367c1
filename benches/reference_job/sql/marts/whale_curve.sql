-- Grain: one row per hundredth of all persons, the most profitable first, keyed by percentile.
-- Purpose: how much of the profit the best customers bring, and how much the worst consume.
with ranked_customers as (
    select
        ntile(100) over (
            order by int_customers.profit_ore desc, int_customers.person_no
        ) as percentile,
        int_customers.profit_ore
    from int_customers
),

percentiles as (
    select
        ranked_customers.percentile,
        count(*) as customers,
        sum(ranked_customers.profit_ore) as profit_ore
    from ranked_customers
    group by ranked_customers.percentile
),

cumulated as (
    select
        percentiles.percentile,
        percentiles.customers,
        percentiles.profit_ore,
        sum(percentiles.profit_ore) over (order by percentiles.percentile) as cumulative_profit_ore,
        sum(percentiles.profit_ore) over () as total_profit_ore
    from percentiles
)

select
    cast(cumulated.percentile as bigint) as percentile,
    cumulated.customers,
    cast(
        cast(cumulated.profit_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as profit,
    cast(
        cast(cumulated.cumulative_profit_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cumulative_profit,
    cast(cumulated.cumulative_profit_ore as double) / cumulated.total_profit_ore as cumulative_share
from cumulated

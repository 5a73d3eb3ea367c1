-- Grain: one row per segment and lifecycle stage, keyed by both.
-- Purpose: customers and money of each combination.
with segments as (
    select
        int_customers.segment,
        int_customers.lifecycle_stage,
        count(*) as customers,
        sum(int_customers.net_ore) as net_ore,
        sum(int_customers.cost_of_goods_ore) as cost_of_goods_ore,
        sum(int_customers.service_cost_ore) as service_cost_ore,
        sum(int_customers.acquisition_cost_ore) as acquisition_cost_ore,
        sum(int_customers.profit_ore) as profit_ore
    from int_customers
    group by int_customers.segment, int_customers.lifecycle_stage
)

select
    segments.segment,
    segments.lifecycle_stage,
    segments.customers,
    cast(
        cast(segments.net_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as revenue_net,
    cast(
        cast(segments.net_ore - segments.cost_of_goods_ore as decimal(18, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as margin,
    cast(
        cast(segments.service_cost_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as service_cost,
    cast(
        cast(segments.acquisition_cost_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as acquisition_cost,
    cast(
        cast(segments.profit_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution_profit
from segments

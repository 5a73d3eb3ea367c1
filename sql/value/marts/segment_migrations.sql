-- Grain: one row per pair of value segments that somebody moved between, or stayed in.
-- Moves since the earlier valuation, with the profit of the last 12 months, buyers or not (null where too little of its
-- cost is known). This run computes both segments, each from the data of its own day and by the
-- same predictor, so that the table does not depend on earlier runs and shows changes of customers, not of models.

with dates as (

    select
        min(int_valuation_dates.valuation_date) as previous_as_of,
        max(int_valuation_dates.valuation_date) as as_of
    from int_valuation_dates

),

moves as (

    select
        int_segment_moves.from_segment,
        int_segment_moves.to_segment,
        count(*) as customers,
        sum(int_customer_profit.contribution_12m_minor) as contribution_12m_minor,
        sum(int_customer_profit.net_12m_minor) as net_12m_minor,
        sum(int_customer_profit.uncosted_net_12m_minor) as uncosted_net_12m_minor,
        sum(int_customer_profit.lines_12m) as lines_12m,
        sum(int_customer_profit.lines_without_cost_12m) as lines_without_cost_12m,
        sum(int_customer_profit.services_12m) as services_12m,
        sum(int_customer_profit.services_without_rate_12m) as services_without_rate_12m
    from int_segment_moves
    inner join int_customer_profit
        on int_segment_moves.customer_no = int_customer_profit.customer_no
    group by
        int_segment_moves.from_segment,
        int_segment_moves.to_segment

)

select
    dates.previous_as_of,
    dates.as_of,
    moves.from_segment,
    moves.to_segment,
    moves.customers,
    case
        when
            int_profit_basis.basis = 'contribution'
            and moves.lines_without_cost_12m <= moves.lines_12m * int_profit_basis.tolerance
            and abs(moves.uncosted_net_12m_minor) <= abs(moves.net_12m_minor) * int_profit_basis.tolerance
            and moves.services_without_rate_12m <= moves.services_12m * int_profit_basis.tolerance
            then money(moves.contribution_12m_minor)
    end as contribution_profit,
    cast(moves.lines_12m - moves.lines_without_cost_12m as double) / nullif(cast(moves.lines_12m as double), 0.0)
        as known_cost_share
from moves
cross join dates
cross join int_profit_basis

-- Grain: one row per pair of value segments that somebody moved between, or stayed in.
-- Moves since the earlier valuation. This run computes both segments, each from the data of its own day and by the
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
        sum(int_segment_moves.contribution_12m_minor) as contribution_12m_minor
    from int_segment_moves
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
    money(moves.contribution_12m_minor) as contribution_profit
from moves
cross join dates

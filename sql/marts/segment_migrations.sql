-- Grain: one row per pair of value segments that somebody moved between, or stayed in.
-- From which segment customers came since the earlier valuation: both are reckoned in this run, each from
-- what was known by its own day and by the predictor that this run uses, so that the table does not depend
-- on earlier runs and shows customers who changed, not models.

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

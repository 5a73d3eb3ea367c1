-- Grain: one row per valuation date.
-- The days at whose end customers are valued: as_of, and $comparison_days before it. The earlier valuation
-- knows nothing later than its own day. It says from which segment customers came, and what the models
-- expected of the days that have passed since (the holdout).

select
    $as_of as valuation_date,
    true as is_current

union all

select
    cast(cast($as_of as int) - cast($comparison_days as int) as date) as valuation_date,
    false as is_current

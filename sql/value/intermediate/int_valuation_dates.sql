-- Grain: one row per valuation date.
-- The days at whose end customers are valued: as_of, and $comparison_days before it. The earlier valuation uses no
-- data after its own day. It gives the segments from which customers moved, and the models' expectations for the days
-- since (the holdout).

select
    $as_of as valuation_date,
    true as is_current

union all

select
    cast(cast($as_of as int) - cast($comparison_days as int) as date) as valuation_date,
    false as is_current

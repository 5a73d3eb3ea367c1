-- Grain: one row per valuation date.
-- Averages over all buyers, towards which the few observations of one customer are shrunk, and their repeat purchase
-- rate: the naive expectation that a purchase model must beat.

select
    int_value_inputs.valuation_date,
    count(*) as customers,
    coalesce(
        cast(sum(int_value_inputs.age_days) as double) / nullif(sum(int_value_inputs.frequency), 0),
        cast($default_interval_days as double)
    ) as mean_interval_days,
    coalesce(
        cast(sum(int_value_inputs.frequency) as double) / nullif(sum(int_value_inputs.age_days), 0), 0
    ) as repeat_purchases_per_day,
    coalesce(
        cast(sum(int_value_inputs.order_count) as double) / nullif(sum(int_value_inputs.purchase_days), 0), 1.0
    ) as orders_per_purchase_day,
    coalesce(
        cast(sum(int_value_inputs.margin_minor) as double) / nullif(sum(int_value_inputs.purchase_days), 0), 0
    ) as mean_order_margin_minor
from int_value_inputs
group by int_value_inputs.valuation_date

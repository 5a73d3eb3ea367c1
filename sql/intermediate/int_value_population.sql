-- Grain: one row.
-- Averages over all buyers, towards which the few observations of one customer are drawn.

select
    count(*) as customers,
    coalesce(
        cast(sum(int_value_inputs.active_days) as double) / nullif(sum(int_value_inputs.frequency), 0),
        cast($default_interval_days as double)
    ) as mean_interval_days,
    coalesce(
        cast(sum(int_value_inputs.margin_minor) as double) / nullif(sum(int_value_inputs.order_count), 0), 0
    ) as mean_order_margin_minor
from int_value_inputs

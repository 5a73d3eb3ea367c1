-- Grain: one row per person with an order.
-- What to expect of each buyer, by a heuristic that holds until a purchase model is fitted:
--   interval  the customer's own mean days between purchase days, with one average interval of all
--             buyers added to the observations
--   p_alive   1 / (1 + (recency / ($alive_patience x interval))^2): 1 on the day of a purchase, one half
--             after $alive_patience intervals of silence; always above 0 and at most 1
--   orders    p_alive x 365 / interval
--   margin    the customer's mean order margin, drawn towards that of all buyers as if
--             $margin_prior_orders average orders had been seen too; never below zero
-- Only rational arithmetic, so that every machine gives the same digits.

with intervals as (

    select
        int_value_inputs.customer_no,
        int_value_inputs.recency_days,
        greatest(
            (cast(int_value_inputs.active_days as double) + int_value_population.mean_interval_days)
            / cast(int_value_inputs.frequency + 1 as double),
            1.0
        ) as interval_days,
        greatest(
            (
                cast(int_value_inputs.margin_minor as double)
                + int_value_population.mean_order_margin_minor * cast($margin_prior_orders as double)
            ) / (cast(int_value_inputs.order_count as double) + cast($margin_prior_orders as double)),
            0.0
        ) as expected_order_margin_minor
    from int_value_inputs
    cross join int_value_population

),

silences as (

    select
        intervals.customer_no,
        intervals.interval_days,
        intervals.expected_order_margin_minor,
        cast(intervals.recency_days as double) / (cast($alive_patience as double) * intervals.interval_days)
            as silence
    from intervals

),

expectations as (

    select
        silences.customer_no,
        silences.expected_order_margin_minor,
        1.0 / (1.0 + silences.silence * silences.silence) as p_alive,
        365.0 / silences.interval_days as orders_per_year
    from silences

)

select
    expectations.customer_no,
    expectations.p_alive,
    expectations.p_alive * expectations.orders_per_year as expected_orders_12m,
    cast(round(expectations.expected_order_margin_minor) as bigint) as expected_order_margin_minor,
    cast(
        round(expectations.p_alive * expectations.orders_per_year * expectations.expected_order_margin_minor) as bigint
    ) as expected_margin_12m_minor
from expectations

-- Grain: one row per person with an order.
-- Recency, frequency and monetary scores, 1 + floor(5 (min_rank - 1) / n): equal values get equal scores.
-- Recency is ranked from the longest silence, so that 5 is the most recent.

with ranked as (

    select
        int_value_inputs.customer_no,
        rank() over (order by int_value_inputs.recency_days desc) as recency_rank,
        rank() over (order by int_value_inputs.order_count) as frequency_rank,
        rank() over (order by int_value_inputs.net_minor) as monetary_rank
    from int_value_inputs

),

scored as (

    select
        ranked.customer_no,
        1 + (5 * (cast(ranked.recency_rank as bigint) - 1)) / int_value_population.customers as recency_score,
        1 + (5 * (cast(ranked.frequency_rank as bigint) - 1)) / int_value_population.customers as frequency_score,
        1 + (5 * (cast(ranked.monetary_rank as bigint) - 1)) / int_value_population.customers as monetary_score
    from ranked
    cross join int_value_population

)

select
    scored.customer_no,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    case
        when scored.recency_score >= 4 and scored.frequency_score >= 4 and scored.monetary_score >= 4 then 'champion'
        when scored.recency_score >= 3 and scored.frequency_score >= 4 then 'loyal'
        when scored.recency_score <= 2 and scored.monetary_score = 5 then 'big_spender_at_risk'
        when scored.recency_score >= 4 and scored.frequency_score <= 2 then 'promising'
        when scored.recency_score <= 2 and scored.frequency_score >= 3 then 'at_risk'
        when scored.recency_score <= 2 then 'hibernating'
        else 'regular'
    end as rfm_segment
from scored

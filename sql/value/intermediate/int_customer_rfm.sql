-- Grain: one row per valuation date and person with an order by then.
-- Recency, frequency and monetary scores, the figures behind them, and the segment of the three scores. A measure
-- with cuts in rfm_cuts scores 1 + the number of cuts reached: recency, where fewer days are better, by at most
-- from_value days of silence, the others by at least from_value. A measure without cuts scores 1 + floor(5 (min_rank
-- - 1) / n), ranked from the longest silence, so that equal values get equal scores.

with measures as (

    select
        count(case when rfm_cuts.measure = 'recency' then 1 end) as recency_cuts,
        count(case when rfm_cuts.measure = 'frequency' then 1 end) as frequency_cuts,
        count(case when rfm_cuts.measure = 'monetary' then 1 end) as monetary_cuts
    from rfm_cuts

),

reached as (

    select
        int_value_inputs.valuation_date,
        int_value_inputs.customer_no,
        count(
            case
                when rfm_cuts.measure = 'recency' and int_value_inputs.days_since_purchase <= rfm_cuts.from_value then 1
            end
        ) as recency_cuts,
        count(
            case
                when rfm_cuts.measure = 'frequency' and int_value_inputs.order_count >= rfm_cuts.from_value then 1
            end
        ) as frequency_cuts,
        count(
            case
                when
                    rfm_cuts.measure = 'monetary'
                    and money(int_value_inputs.net_minor) >= rfm_cuts.from_value
                    then 1
            end
        ) as monetary_cuts
    from int_value_inputs
    cross join rfm_cuts
    group by
        int_value_inputs.valuation_date,
        int_value_inputs.customer_no

),

ranked as (

    select
        int_value_inputs.valuation_date,
        int_value_inputs.is_current,
        int_value_inputs.customer_no,
        int_value_inputs.days_since_purchase,
        int_value_inputs.order_count,
        int_value_inputs.net_minor,
        int_value_inputs.later_purchase_days,
        rank() over (partition by int_value_inputs.valuation_date order by int_value_inputs.days_since_purchase desc)
            as recency_rank,
        rank() over (partition by int_value_inputs.valuation_date order by int_value_inputs.order_count)
            as frequency_rank,
        rank() over (partition by int_value_inputs.valuation_date order by int_value_inputs.net_minor)
            as monetary_rank
    from int_value_inputs

),

scored as (

    select
        ranked.valuation_date,
        ranked.is_current,
        ranked.customer_no,
        ranked.days_since_purchase,
        ranked.order_count,
        ranked.net_minor,
        ranked.later_purchase_days,
        case
            when measures.recency_cuts > 0 then 1 + coalesce(reached.recency_cuts, 0)
            else 1 + (5 * (cast(ranked.recency_rank as bigint) - 1)) / int_value_population.customers
        end as recency_score,
        case
            when measures.frequency_cuts > 0 then 1 + coalesce(reached.frequency_cuts, 0)
            else 1 + (5 * (cast(ranked.frequency_rank as bigint) - 1)) / int_value_population.customers
        end as frequency_score,
        case
            when measures.monetary_cuts > 0 then 1 + coalesce(reached.monetary_cuts, 0)
            else 1 + (5 * (cast(ranked.monetary_rank as bigint) - 1)) / int_value_population.customers
        end as monetary_score
    from ranked
    inner join int_value_population
        on ranked.valuation_date = int_value_population.valuation_date
    cross join measures
    left join reached
        on
            ranked.valuation_date = reached.valuation_date
            and ranked.customer_no = reached.customer_no

)

select
    scored.valuation_date,
    scored.is_current,
    scored.customer_no,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    rfm_segments.rfm_segment,
    scored.days_since_purchase,
    scored.order_count,
    scored.net_minor,
    scored.later_purchase_days
from scored
left join rfm_segments
    on
        scored.recency_score = rfm_segments.recency_score
        and scored.frequency_score = rfm_segments.frequency_score
        and scored.monetary_score = rfm_segments.monetary_score

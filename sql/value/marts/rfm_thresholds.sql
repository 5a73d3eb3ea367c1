-- Grain: one row per measure and score that a customer has.
-- The values behind each score, so that a published score can be interpreted without rerunning the pipeline. Days
-- since the last purchase (recency), orders (frequency) and net revenue in the base currency (monetary) all have two
-- decimals.

with measured as (

    select
        'recency' as measure,
        int_customer_rfm.recency_score as score,
        cast(int_customer_rfm.days_since_purchase as decimal(18, 2)) as measured_value
    from int_customer_rfm
    where int_customer_rfm.is_current

    union all

    select
        'frequency' as measure,
        int_customer_rfm.frequency_score as score,
        cast(int_customer_rfm.order_count as decimal(18, 2)) as measured_value
    from int_customer_rfm
    where int_customer_rfm.is_current

    union all

    select
        'monetary' as measure,
        int_customer_rfm.monetary_score as score,
        money(int_customer_rfm.net_minor) as measured_value
    from int_customer_rfm
    where int_customer_rfm.is_current

),

scores as (

    select
        measured.measure,
        measured.score,
        count(*) as customers,
        min(measured.measured_value) as min_value,
        max(measured.measured_value) as max_value
    from measured
    group by
        measured.measure,
        measured.score

),

fixed_measures as (

    select rfm_cuts.measure
    from rfm_cuts
    group by rfm_cuts.measure

)

select
    scores.measure,
    scores.score,
    scores.customers,
    scores.min_value,
    scores.max_value,
    case when fixed_measures.measure is null then 'quintile' else 'fixed' end as method
from scores
left join fixed_measures
    on scores.measure = fixed_measures.measure

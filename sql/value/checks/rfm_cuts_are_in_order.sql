-- A measure with cuts has all four, for scores 2 to 5, each better than the one before: fewer days, more orders, more
-- revenue. Otherwise some scores would have no segment, or one value two scores. Returns the rows that break this.

with ordered as (

    select
        rfm_cuts.measure,
        rfm_cuts.score,
        rfm_cuts.from_value,
        count(*) over (partition by rfm_cuts.measure) as cuts,
        lag(rfm_cuts.from_value) over (partition by rfm_cuts.measure order by rfm_cuts.score) as previous_value
    from rfm_cuts

)

select
    ordered.measure,
    ordered.score,
    ordered.from_value
from ordered
where
    ordered.measure not in ('recency', 'frequency', 'monetary')
    or ordered.score not between 2 and 5
    or ordered.cuts <> 4
    or ordered.from_value is null
    or (ordered.measure = 'recency' and ordered.from_value >= ordered.previous_value)
    or (ordered.measure <> 'recency' and ordered.from_value <= ordered.previous_value)

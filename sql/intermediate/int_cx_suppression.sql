-- Grain: one row per month, level, item and metric with an answer.
-- Which cells are hidden. A cell below $suppression_limit answers is. Where that hides exactly one of the
-- cells whose sum can be known from elsewhere (the journeys of a month, its channels, the touchpoints of
-- one journey), the smallest shown sibling is hidden too, else the hidden one is total less shown. And a
-- journey hidden for its sibling's sake hides its smallest touchpoint, else its touchpoints give it away.

with siblings as (

    select
        int_cx_measures.month,
        int_cx_measures.level,
        int_cx_measures.item,
        int_cx_measures.parent,
        int_cx_measures.metric,
        int_cx_measures.is_too_small,
        sum(case when int_cx_measures.is_too_small then 1 else 0 end) over (
            partition by
                int_cx_measures.month, int_cx_measures.metric, int_cx_measures.level, int_cx_measures.parent
        ) as hidden_siblings,
        row_number() over (
            partition by
                int_cx_measures.month, int_cx_measures.metric, int_cx_measures.level, int_cx_measures.parent,
                int_cx_measures.is_too_small
            order by int_cx_measures.responses, int_cx_measures.item
        ) as size_rank
    from int_cx_measures

),

complemented as (

    select
        siblings.month,
        siblings.level,
        siblings.item,
        siblings.parent,
        siblings.metric,
        siblings.is_too_small,
        siblings.hidden_siblings,
        siblings.size_rank,
        not siblings.is_too_small and siblings.hidden_siblings = 1 and siblings.size_rank = 1 as is_complement
    from siblings

),

hidden_journeys as (

    select
        complemented.month,
        complemented.metric,
        complemented.item as journey
    from complemented
    where
        complemented.level = 'journey'
        and complemented.is_complement

)

select
    complemented.month,
    complemented.level,
    complemented.item,
    complemented.metric,
    complemented.is_too_small
    or complemented.is_complement
    or (
        hidden_journeys.journey is not null
        and complemented.hidden_siblings = 0
        and complemented.size_rank = 1
    ) as is_suppressed
from complemented
left join hidden_journeys
    on
        complemented.month = hidden_journeys.month
        and complemented.metric = hidden_journeys.metric
        and complemented.level = 'touchpoint'
        and complemented.parent = hidden_journeys.journey

-- Grain: one row per survey answer and index, if the answer has every item of the index.
-- Points of an answer: the sum of weight x (score - 1) over the items in the lookup index_items, in whole hundredths
-- of a weight, and the points of an answer of 10 on every item. An answer that lacks an item is not counted, because
-- a mean over fewer items would be another index.

with items as (

    select
        int_survey_answers.response_id,
        'satisfaction' as item,
        int_survey_answers.satisfaction as score
    from int_survey_answers
    where int_survey_answers.satisfaction is not null

    union all

    select
        int_survey_answers.response_id,
        'expectation' as item,
        int_survey_answers.expectation as score
    from int_survey_answers
    where int_survey_answers.expectation is not null

    union all

    select
        int_survey_answers.response_id,
        'ideal' as item,
        int_survey_answers.ideal as score
    from int_survey_answers
    where int_survey_answers.ideal is not null

    union all

    select
        int_survey_answers.response_id,
        'trust' as item,
        int_survey_answers.trust as score
    from int_survey_answers
    where int_survey_answers.trust is not null

    union all

    select
        int_survey_answers.response_id,
        'emotion' as item,
        int_survey_answers.emotion as score
    from int_survey_answers
    where int_survey_answers.emotion is not null

),

weights as (

    select
        index_items.index,
        index_items.item,
        cast(index_items.weight * 100 as bigint) as weight_e2
    from index_items
    where index_items.weight > 0

),

indices as (

    select
        weights.index,
        count(*) as items,
        9 * sum(weights.weight_e2) as full_points
    from weights
    group by weights.index

),

points as (

    select
        items.response_id,
        weights.index,
        count(*) as items,
        sum(weights.weight_e2 * (cast(items.score as bigint) - 1)) as points
    from items
    inner join weights
        on items.item = weights.item
    group by
        items.response_id,
        weights.index

)

select
    points.response_id,
    points.index,
    points.points,
    indices.full_points
from points
inner join indices
    on
        points.index = indices.index
        and points.items = indices.items

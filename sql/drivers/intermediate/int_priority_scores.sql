-- Grain: one row per level, item and segment with an answer in the 12 months until as_of.
-- Scores of each journey and touchpoint, as sums of whole thirds of a point; segment all includes unidentified
-- answers. Everybody is in one segment, so persons add up over segments.

with recent as (

    select
        int_driver_answers.journey,
        int_driver_answers.touchpoint,
        int_driver_answers.respondent_no,
        int_driver_answers.score_e3,
        case
            when int_driver_answers.customer_no is not null
                then coalesce(int_customer_values.value_segment, 'no purchase')
        end as segment
    from int_driver_answers
    left join int_customer_values
        on
            int_driver_answers.customer_no = int_customer_values.customer_no
            and int_customer_values.is_current
    where int_driver_answers.responded_date > $as_of - interval '12 months'

),

cells as (

    select
        'journey' as level,
        recent.journey as item,
        recent.segment,
        count(*) as responses,
        count(distinct recent.respondent_no) as persons,
        sum(recent.score_e3) as score_e3,
        sum(recent.score_e3 * recent.score_e3) as squares_e6
    from recent
    where recent.journey is not null
    group by
        recent.journey,
        recent.segment

    union all

    select
        'touchpoint' as level,
        recent.touchpoint as item,
        recent.segment,
        count(*) as responses,
        count(distinct recent.respondent_no) as persons,
        sum(recent.score_e3) as score_e3,
        sum(recent.score_e3 * recent.score_e3) as squares_e6
    from recent
    where recent.touchpoint is not null
    group by
        recent.touchpoint,
        recent.segment

)

select
    cells.level,
    cells.item,
    cells.segment,
    cells.responses,
    cells.persons,
    cells.score_e3,
    cells.squares_e6
from cells
where cells.segment is not null

union all

select
    cells.level,
    cells.item,
    'all' as segment,
    sum(cells.responses) as responses,
    sum(cells.persons) as persons,
    sum(cells.score_e3) as score_e3,
    sum(cells.squares_e6) as squares_e6
from cells
group by
    cells.level,
    cells.item

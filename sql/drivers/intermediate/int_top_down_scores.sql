-- Grain: one row per quarter and journey with a touchpoint answer.
-- The bottom-up measure: scores of the answers about the journey's touchpoints, as sums of whole thirds of a point.

select
    cast(date_trunc('quarter', int_driver_answers.responded_date) as date) as quarter,
    int_driver_answers.journey,
    count(*) as responses,
    count(distinct int_driver_answers.respondent_no) as persons,
    sum(int_driver_answers.score_e3) as score_e3,
    sum(int_driver_answers.score_e3 * int_driver_answers.score_e3) as squares_e6
from int_driver_answers
where int_driver_answers.journey is not null
group by
    cast(date_trunc('quarter', int_driver_answers.responded_date) as date),
    int_driver_answers.journey

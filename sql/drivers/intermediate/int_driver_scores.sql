-- Grain: one row per kind of target, person, journey and touchpoint experienced (null: unknown).
-- The scores that a person gave in the $driver_window_days up to the answer whose drivers they are, as sums.

select
    int_driver_bases.kind,
    int_driver_bases.customer_no,
    int_driver_answers.journey,
    int_driver_answers.touchpoint,
    sum(int_driver_answers.score_e3) as score_e3,
    count(*) as answers
from int_driver_answers
inner join int_driver_bases
    on int_driver_answers.customer_no = int_driver_bases.customer_no
where
    int_driver_answers.responded_at <= int_driver_bases.responded_at
    and cast(int_driver_bases.responded_date as int) - cast(int_driver_answers.responded_date as int)
    < $driver_window_days
group by
    int_driver_bases.kind,
    int_driver_bases.customer_no,
    int_driver_answers.journey,
    int_driver_answers.touchpoint

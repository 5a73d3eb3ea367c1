-- Grain: one row per month, stage left and stage entered.
-- All moves between stages, counted by local month. 'none' is the stage before the first; an open stay has no move.
-- Days are those spent in the stage that was left.

with stages as (

    select
        int_customer_stages.stage,
        int_customer_stages.previous_stage,
        arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as entered_at
    from int_customer_stages

)

select
    local_month(stages.entered_at, $time_zone) as month,
    stages.previous_stage as from_stage,
    stages.stage as to_stage,
    count(*) as customers
from stages
group by
    local_month(stages.entered_at, $time_zone),
    stages.previous_stage,
    stages.stage

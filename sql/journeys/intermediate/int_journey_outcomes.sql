-- Grain: one row per journey after which something came that an outcome rule, or the question of a purchase, is about.
-- Whether an order came within 90 days, and the best outcome (least priority) that came after the last step.

with questions as (

    -- A left join, though every journey has a rule: the planner then knows that there are many, and hashes the events.
    select
        int_journey_instances.instance_no,
        int_journey_instances.customer_no,
        int_journey_instances.ended_at,
        int_outcome_rules.window_no,
        int_outcome_rules.within_us,
        int_outcome_rules.priority
    from int_journey_instances
    left join int_outcome_rules
        on int_journey_instances.journey_no = int_outcome_rules.journey_no

)

select
    questions.instance_no,
    max(case when questions.priority is null then 1 else 0 end) as has_purchase,
    min(questions.priority) as outcome_priority
from questions
inner join int_outcome_events
    on
        questions.window_no = int_outcome_events.window_no
        and questions.customer_no = int_outcome_events.customer_no
        and questions.ended_at / questions.within_us = int_outcome_events.stretch
where
    int_outcome_events.last_here > questions.ended_at
    or int_outcome_events.first_next <= questions.ended_at + questions.within_us
group by questions.instance_no

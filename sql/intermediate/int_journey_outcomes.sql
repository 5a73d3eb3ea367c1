-- Grain: one row per journey after which something came that an outcome rule, or the question of a purchase, is about.
-- Whether an order came within 90 days, and the best outcome (least priority) that came after the last step.

select
    int_journey_instances.instance_no,
    max(case when int_outcome_rules.priority is null then 1 else 0 end) as has_purchase,
    min(int_outcome_rules.priority) as outcome_priority
from int_journey_instances
inner join int_outcome_rules
    on int_journey_instances.journey_no = int_outcome_rules.journey_no
inner join int_outcome_events
    on
        int_outcome_rules.window_no = int_outcome_events.window_no
        and int_journey_instances.customer_no = int_outcome_events.customer_no
        and int_journey_instances.ended_at / int_outcome_rules.within_us = int_outcome_events.stretch
where
    int_outcome_events.last_here > int_journey_instances.ended_at
    or int_outcome_events.first_next <= int_journey_instances.ended_at + int_outcome_rules.within_us
group by int_journey_instances.instance_no

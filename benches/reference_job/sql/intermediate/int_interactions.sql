-- Grain: one row per interaction; person_no is null where it is unmatched.
-- Purpose: interactions with their person, read per person, per touchpoint and by the reconciliation.
select
    int_customer_persons.person_no,
    stg_interactions.month,
    stg_interactions.channel,
    stg_interactions.journey,
    stg_interactions.touchpoint,
    stg_interactions.tenths_of_minutes,
    stg_interactions.cost_ore
from int_customer_persons
right join stg_interactions
    on int_customer_persons.customer_id = stg_interactions.customer_id

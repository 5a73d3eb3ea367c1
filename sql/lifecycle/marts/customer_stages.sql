-- Grain: one row per person and stay in a lifecycle stage.
-- The lifecycle history of every person, without gap or overlap from the first event to as_of; the stay without
-- left_at is the current one.

select
    int_persons.customer_key,
    arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as entered_at,
    arrow_cast(int_customer_stages.left_at, 'Timestamp(Microsecond, Some("UTC"))') as left_at,
    int_customer_stages.stage,
    int_customer_stages.previous_stage,
    nullif(int_customer_stages.next_stage, 'none') as next_stage,
    int_customer_stages.entry_reason
from int_customer_stages
inner join int_persons
    on int_customer_stages.customer_no = int_persons.customer_no

-- Grain: one row per person and stay in a lifecycle stage.
-- The lifecycle history of every person, without gap or overlap from the first event to as_of; the stay without
-- left_at is the current one.

with stays as (

    select
        int_customer_stages.customer_no,
        arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as entered_at,
        arrow_cast(int_customer_stages.left_at, 'Timestamp(Microsecond, Some("UTC"))') as left_at,
        int_customer_stages.stage,
        int_customer_stages.previous_stage,
        nullif(int_customer_stages.next_stage, 'none') as next_stage,
        int_customer_stages.entry_reason
    from int_customer_stages

)

select
    int_persons.customer_key,
    stays.entered_at,
    stays.left_at,
    local_date(stays.entered_at, $time_zone) as entered_date,
    local_date(stays.left_at, $time_zone) as left_date,
    stays.stage,
    stays.previous_stage,
    stays.next_stage,
    stays.entry_reason
from stays
inner join int_persons
    on stays.customer_no = int_persons.customer_no

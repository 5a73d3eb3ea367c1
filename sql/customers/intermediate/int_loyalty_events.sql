-- Grain: one row per event of the loyalty programme.
-- Programme events with their person (customer_no 0: unidentified) and their local day and month, without those of
-- erased persons.

select
    coalesce(int_customer_records.customer_no, 0) as customer_no,
    stg_loyalty_events.occurred_at,
    local_date(stg_loyalty_events.occurred_at, $time_zone) as occurred_date,
    local_month(stg_loyalty_events.occurred_at, $time_zone) as month,
    stg_loyalty_events.kind,
    stg_loyalty_events.points,
    stg_loyalty_events.programme_cost_minor
from stg_loyalty_events
left join int_customer_records
    on stg_loyalty_events.customer_id = int_customer_records.customer_id
left join int_erased_customers
    on stg_loyalty_events.customer_id = int_erased_customers.customer_id
where int_erased_customers.customer_id is null

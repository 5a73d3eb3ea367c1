-- Grain: one row per contact.
-- Contacts with their person (customer_no 0: unidentified) and their local day and month.

select
    stg_crm_interactions.interaction_id,
    coalesce(int_customer_records.customer_no, 0) as customer_no,
    stg_crm_interactions.occurred_at,
    local_date(stg_crm_interactions.occurred_at, $time_zone) as occurred_date,
    local_month(stg_crm_interactions.occurred_at, $time_zone) as month,
    stg_crm_interactions.channel,
    stg_crm_interactions.journey,
    stg_crm_interactions.touchpoint,
    stg_crm_interactions.store_id,
    stg_crm_interactions.is_two_way,
    stg_crm_interactions.is_automatic,
    stg_crm_interactions.minutes_e2
from stg_crm_interactions
left join int_customer_records
    on stg_crm_interactions.customer_id = int_customer_records.customer_id

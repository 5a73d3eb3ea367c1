-- Grain: one row per contact.
-- Contacts with their person (customer_no 0: unidentified), their local day and month, and who made them. direction is
-- that of the extract, else that of the lookup contact_directions; a contact that neither decides counts as the
-- customer's, and a check reports it. Only contacts of direction customer are activity of the customer. Contacts of
-- erased persons are left out, and counted in int_rows_erased.

with contacts as (

    select
        stg_crm_interactions.interaction_id,
        stg_crm_interactions.customer_id,
        stg_crm_interactions.occurred_at,
        stg_crm_interactions.channel,
        stg_crm_interactions.journey,
        stg_crm_interactions.touchpoint,
        stg_crm_interactions.store_id,
        stg_crm_interactions.direction,
        coalesce(stg_crm_interactions.has_agent, stg_crm_interactions.is_two_way = 1) as has_agent,
        stg_crm_interactions.is_two_way,
        stg_crm_interactions.is_automatic,
        stg_crm_interactions.minutes_e2
    from stg_crm_interactions
    left join int_erased_customers
        on stg_crm_interactions.customer_id = int_erased_customers.customer_id
    where int_erased_customers.customer_id is null

)

select
    contacts.interaction_id,
    coalesce(int_customer_records.customer_no, 0) as customer_no,
    contacts.occurred_at,
    local_date(contacts.occurred_at, $time_zone) as occurred_date,
    local_month(contacts.occurred_at, $time_zone) as month,
    contacts.channel,
    contacts.journey,
    contacts.touchpoint,
    contacts.store_id,
    coalesce(contacts.direction, int_contact_directions.direction, 'customer') as direction,
    contacts.is_two_way,
    contacts.is_automatic,
    contacts.minutes_e2
from contacts
left join int_contact_directions
    on
        (contacts.channel is not distinct from int_contact_directions.channel)
        and (contacts.touchpoint is not distinct from int_contact_directions.touchpoint)
        and (contacts.has_agent is not distinct from int_contact_directions.has_agent)
left join int_customer_records
    on contacts.customer_id = int_customer_records.customer_id

-- Grain: one row per store of the store extract, of an order or return, or of a contact.
-- The stores, also those that the extract does not have: they have no name and no region.

with used as (

    select int_orders.store_id
    from int_orders
    where int_orders.store_id is not null

    union

    select int_contacts.store_id
    from int_contacts
    where int_contacts.store_id is not null

)

select
    coalesce(stg_stores.store_id, used.store_id) as store_id,
    stg_stores.name,
    stg_stores.region,
    stg_stores.country,
    stg_stores.store_id is not null as is_in_extract
from used
full outer join stg_stores
    on used.store_id = stg_stores.store_id

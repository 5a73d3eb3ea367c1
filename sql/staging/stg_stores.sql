-- Grain: one row per store.
-- The store extract.

select
    store_register.store_id,
    store_register.name,
    store_register.region,
    store_register.country
from store_register

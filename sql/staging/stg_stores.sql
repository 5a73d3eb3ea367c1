-- Grain: one row per store.
-- The store extract.

select
    stores.store_id,
    stores.name,
    stores.region,
    stores.country
from stores

-- Returns the stores of orders and contacts that are missing from the store extract, if there is one.

select stores.store_id
from stores
where
    not stores.is_in_extract
    and (select count(*) from stg_stores) > 0

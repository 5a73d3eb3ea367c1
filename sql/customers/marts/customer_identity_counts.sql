-- Grain: one row per customer_key and source.
-- How many records of each source are one person's now, without their ids: the public side of customer_identities, and
-- published under that name.

select
    resolved_identities.customer_key,
    resolved_identities.source,
    cast(count(*) as bigint) as records
from resolved_identities
group by
    resolved_identities.customer_key,
    resolved_identities.source

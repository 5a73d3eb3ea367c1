-- Returns the rows of the lookup order_statuses that are not in lower case and trimmed, so that no line can match them,
-- that do not say whether they count, or that do not count and give no reason.

select
    order_statuses.status,
    order_statuses.counts,
    order_statuses.reason
from order_statuses
where
    order_statuses.status <> lower(trim(order_statuses.status))
    or order_statuses.counts is null
    or order_statuses.counts = (order_statuses.reason is not null)

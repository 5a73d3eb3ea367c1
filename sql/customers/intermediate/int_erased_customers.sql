-- Grain: one row per customer_id whose person is erased.
-- CRM records that erasure requests lead to, and ids that requests give and no CRM record has any more: rows of other
-- extracts that name them are left out where those extracts enter.

select resolved_erasures.source_id as customer_id
from resolved_erasures
where
    resolved_erasures.source = 'crm_customers'
    or resolved_erasures.source is null
group by resolved_erasures.source_id

-- Grain: one row per CRM record.
-- The values by which a record may be known, as the extract writes them.

select
    'crm' as source,
    crm_customers.customer_id as source_id,
    crm_customers.email,
    crm_customers.phone,
    crm_customers.first_name,
    crm_customers.last_name,
    crm_customers.birth_date,
    crm_customers.postal_code,
    crm_customers.country
from crm_customers

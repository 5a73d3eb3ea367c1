select
    concat('key ', stg_crm_customers.customer_id) as found,
    concat(
        coalesce(stg_crm_customers.email_key, 'none'), ', ', coalesce(stg_crm_customers.phone_key, 'none')
    ) as answer
from stg_crm_customers
order by found

-- Grain: one row per source record that belongs to a person.
-- The input of the identity stage: the values that link records, in the spelling of staging or, if they are not valid,
-- as written. The pipeline's `identity` block names the function that judges each. A union here adds another system
-- with customer records. Records that attach (survey answers, guest orders) join persons that others found, and never
-- make two persons one, and give no values to the golden record.

select
    'crm_customers' as source,
    stg_crm_customers.customer_id as source_id,
    stg_crm_customers.signup_date as known_from,
    false as attaches,
    stg_crm_customers.customer_id,
    coalesce(stg_crm_customers.email_key, stg_crm_customers.email) as email,
    coalesce(stg_crm_customers.phone_key, stg_crm_customers.phone) as phone,
    stg_crm_customers.first_name,
    stg_crm_customers.last_name,
    stg_crm_customers.birth_date,
    stg_crm_customers.postal_code,
    stg_crm_customers.city,
    stg_crm_customers.country,
    coalesce(nullif(stg_crm_customers.country, ''), $phone_country) as phone_country,
    stg_crm_customers.acquisition_channel
from stg_crm_customers

union all

select
    'surveys' as source,
    cast(stg_surveys.response_id as varchar) as source_id,
    cast(null as date) as known_from,
    true as attaches,
    stg_surveys.customer_id,
    coalesce(stg_surveys.email_key, stg_surveys.email) as email,
    cast(null as varchar) as phone,
    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_code,
    cast(null as varchar) as city,
    cast(null as varchar) as country,
    cast(null as varchar) as phone_country,
    cast(null as varchar) as acquisition_channel
from stg_surveys

union all

select
    'transactions' as source,
    cast(int_guest_orders.transaction_id as varchar) as source_id,
    int_guest_orders.ordered_date as known_from,
    true as attaches,
    cast(null as varchar) as customer_id,
    int_guest_orders.email,
    int_guest_orders.phone,
    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_code,
    cast(null as varchar) as city,
    cast(null as varchar) as country,
    $phone_country as phone_country,
    cast(null as varchar) as acquisition_channel
from int_guest_orders

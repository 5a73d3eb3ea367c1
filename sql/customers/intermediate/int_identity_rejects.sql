-- Grain: one row per e-mail address or phone number of a record that is not a valid one.
-- Such a value links nobody: words for "none", numbers that a spreadsheet rounded and company-wide numbers would make
-- one person of strangers.

with customers as (

    select
        'crm_customers' as source,
        stg_crm_customers.customer_id as source_id,
        stg_crm_customers.email,
        stg_crm_customers.email_key,
        stg_crm_customers.phone,
        stg_crm_customers.phone_key,
        coalesce(nullif(stg_crm_customers.country, ''), $phone_country) as country
    from stg_crm_customers
    where
        (stg_crm_customers.email_key is null and stg_crm_customers.email is not null)
        or (stg_crm_customers.phone_key is null and stg_crm_customers.phone is not null)

),

faults as (

    select
        customers.source,
        customers.source_id,
        'email' as key,
        customers.email as value,
        email_address_fault(customers.email) as reason
    from customers
    where customers.email_key is null

    union all

    select
        customers.source,
        customers.source_id,
        'phone' as key,
        customers.phone as value,
        phone_number_fault(customers.phone, customers.country) as reason
    from customers
    where customers.phone_key is null

    union all

    select
        'surveys' as source,
        cast(stg_surveys.response_id as varchar) as source_id,
        'email' as key,
        stg_surveys.email as value,
        email_address_fault(stg_surveys.email) as reason
    from stg_surveys
    where stg_surveys.email_key is null

)

select
    faults.source,
    faults.source_id,
    faults.key,
    faults.value,
    faults.reason
from faults
where faults.reason is not null

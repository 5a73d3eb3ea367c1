-- Grain: one row per CRM record.
-- The CRM extract with the project's names and types. E-mail and phone become keys: valid values in one spelling, the
-- number in its country's numbering plan. What is not valid is null and stands in identity_rejects.

with source as (

    select
        crm_customers.customer_id,
        crm_customers.email,
        crm_customers.phone,
        crm_customers.first_name,
        crm_customers.last_name,
        crm_customers.birth_date,
        crm_customers.postal_code,
        crm_customers.city,
        upper(trim(crm_customers.country)) as country,
        crm_customers.signup_date,
        crm_customers.acquisition_channel,
        crm_customers.acquisition_cost,
        crm_customers.marketing_consent,
        crm_customers.loyalty_member,
        crm_customers.loyalty_joined_at,
        coalesce(nullif(upper(trim(crm_customers.country)), ''), $phone_country) as phone_country
    from crm_customers

)

select
    source.customer_id,
    source.email,
    source.phone,
    email_address(source.email) as email_key,
    phone_number(source.phone, source.phone_country) as phone_key,
    source.first_name,
    source.last_name,
    source.birth_date,
    source.postal_code,
    source.city,
    source.country,
    source.signup_date,
    source.acquisition_channel,
    cast(coalesce(source.acquisition_cost, 0) * 100 as bigint) as acquisition_cost_minor,
    coalesce(source.marketing_consent, false) as marketing_consent,
    -- A membership counts from the day it began; one that begins after as_of is not yet known.
    coalesce(source.loyalty_member, false)
    and coalesce(source.loyalty_joined_at <= $as_of, true) as is_loyalty_member,
    case when source.loyalty_joined_at <= $as_of then source.loyalty_joined_at end as loyalty_joined_date
from source

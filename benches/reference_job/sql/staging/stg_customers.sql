-- Grain: one row per CRM record.
-- Purpose: normalise the identifiers (e-mail and phone keys) and put money into whole öre.
with crm_records as (
    select
        crm_customers.customer_id,
        nullif(lower(trim(crm_customers.email)), '') as email_key,
        translate(crm_customers.phone, ' -()', '') as phone_digits,
        crm_customers.birth_date,
        crm_customers.postal_code,
        crm_customers.city,
        crm_customers.country,
        crm_customers.signup_date,
        crm_customers.acquisition_channel,
        cast(crm_customers.acquisition_cost * 100 as bigint) as acquisition_cost_ore,
        crm_customers.marketing_consent,
        crm_customers.loyalty_member,
        crm_customers.loyalty_joined_at
    from crm_customers
)

select
    crm_records.customer_id,
    crm_records.email_key,
    case
        when starts_with(crm_records.phone_digits, '00')
            then '+' || substr(crm_records.phone_digits, 3)
        when starts_with(crm_records.phone_digits, '0')
            then
                case crm_records.country
                    when 'NO' then '+47'
                    when 'DK' then '+45'
                    when 'FI' then '+358'
                    else '+46'
                end || substr(crm_records.phone_digits, 2)
        else nullif(crm_records.phone_digits, '')
    end as phone_key,
    crm_records.birth_date,
    crm_records.postal_code,
    crm_records.city,
    crm_records.country,
    crm_records.signup_date,
    crm_records.acquisition_channel,
    crm_records.acquisition_cost_ore,
    crm_records.marketing_consent,
    crm_records.loyalty_member,
    crm_records.loyalty_joined_at
from crm_records

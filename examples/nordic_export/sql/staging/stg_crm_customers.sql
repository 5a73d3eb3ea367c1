-- Grain: one row per record of the customer register.
-- The register in the names and words of the models. E-mail and phone become keys: valid values in one spelling, the
-- number in its country's numbering plan.

with source as (

    select
        crm_customers.kundnr as customer_id,
        crm_customers.epost as email,
        crm_customers.fornamn as first_name,
        crm_customers.efternamn as last_name,
        crm_customers.fodd as birth_date,
        crm_customers.postnr as postal_code,
        crm_customers.ort as city,
        coalesce(land.begrepp, crm_customers.land) as country,
        crm_customers.registrerad as signup_date,
        coalesce(varvning.begrepp, crm_customers.varvning) as acquisition_channel,
        crm_customers.varvningskostnad as acquisition_cost,
        crm_customers.samtycke as marketing_consent,
        crm_customers.medlem as loyalty_member,
        crm_customers.medlem_sedan as loyalty_joined_at,
        crm_customers.telefon as phone
    from crm_customers
    left join begrepp as land
        on land.grupp = 'land' and crm_customers.land = land.ord
    left join begrepp as varvning
        on varvning.grupp = 'värvning' and crm_customers.varvning = varvning.ord

)

select
    source.customer_id,
    source.email,
    source.phone,
    email_address(source.email) as email_key,
    phone_number(source.phone, coalesce(source.country, $phone_country)) as phone_key,
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
    -- A membership counts from the day it began; one that begins after as_of is not known yet.
    coalesce(source.loyalty_member, false)
    and coalesce(source.loyalty_joined_at <= $as_of, true) as is_loyalty_member,
    case when source.loyalty_joined_at <= $as_of then source.loyalty_joined_at end as loyalty_joined_date
from source

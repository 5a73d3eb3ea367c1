-- Grain: one row per person.
-- The CRM records of a person combined: profile columns from the profile record; consent only if every record
-- consents; membership if any record has it; the earliest dates; the sum of costs. Of the postal code only the area is
-- kept: the first digits, as many as the lookup postal_regions allows for the country; null if the code does not have
-- the digits that the country's codes have, or the country has no row.

with records as (

    select
        int_customer_records.customer_no,
        int_customer_records.is_profile_record,
        stg_crm_customers.birth_date,
        stg_crm_customers.country,
        nullif(trim(stg_crm_customers.postal_code), '') is not null as has_postal_code,
        case
            when postal_regions.digits = length(regexp_replace(stg_crm_customers.postal_code, '[^0-9]', '', 'g'))
                then concat(
                    postal_regions.country,
                    '-',
                    left(
                        regexp_replace(stg_crm_customers.postal_code, '[^0-9]', '', 'g'),
                        cast(postal_regions.digits_kept as bigint)
                    )
                )
        end as postal_area,
        stg_crm_customers.signup_date,
        stg_crm_customers.acquisition_channel,
        stg_crm_customers.acquisition_cost_minor,
        stg_crm_customers.marketing_consent,
        stg_crm_customers.is_loyalty_member,
        stg_crm_customers.loyalty_joined_date
    from stg_crm_customers
    inner join int_customer_records
        on stg_crm_customers.customer_id = int_customer_records.customer_id
    left join postal_regions
        on stg_crm_customers.country = postal_regions.country

),

persons as (

    select
        records.customer_no,
        count(*) as source_record_count,
        min(records.signup_date) as signup_date,
        max(case when records.is_profile_record then records.acquisition_channel end) as acquisition_channel,
        max(case when records.is_profile_record then records.country end) as country,
        max(case when records.is_profile_record then records.postal_area end) as postal_area,
        bool_or(records.is_profile_record and records.has_postal_code) as has_postal_code,
        max(case when records.is_profile_record then records.birth_date end) as birth_date,
        sum(records.acquisition_cost_minor) as acquisition_cost_minor,
        bool_and(records.marketing_consent) as marketing_consent,
        bool_or(records.is_loyalty_member) as is_loyalty_member,
        min(case when records.is_loyalty_member then coalesce(records.loyalty_joined_date, records.signup_date) end)
            as loyalty_joined_date
    from records
    group by records.customer_no

)

select
    int_persons.customer_no,
    int_persons.customer_key,
    persons.source_record_count,
    persons.signup_date,
    persons.acquisition_channel,
    persons.country,
    persons.postal_area,
    persons.has_postal_code,
    persons.birth_date,
    -- Whole years at as_of: the difference of the years, minus one before the birthday.
    date_part('year', $as_of) - date_part('year', persons.birth_date)
    - case
        when
            date_part('month', $as_of) * 100 + date_part('day', $as_of)
            < date_part('month', persons.birth_date) * 100 + date_part('day', persons.birth_date)
            then 1
        else 0
    end as age,
    persons.acquisition_cost_minor,
    persons.marketing_consent,
    persons.is_loyalty_member,
    persons.loyalty_joined_date
from persons
inner join int_persons
    on persons.customer_no = int_persons.customer_no

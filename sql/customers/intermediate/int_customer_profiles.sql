-- Grain: one row per person.
-- The CRM records of a person combined: country, postal code, birth date and channel from the golden record; consent
-- only if every record consents; membership if any record has it; the earliest dates; the sum of costs. Of the postal
-- code only the area is kept: the first digits, as many as the lookup postal_regions allows for the country; null if
-- the code does not have the digits that the country's codes have, or the country has no row.

with persons as (

    select
        int_customer_records.customer_no,
        count(*) as source_record_count,
        min(stg_crm_customers.signup_date) as signup_date,
        sum(stg_crm_customers.acquisition_cost_minor) as acquisition_cost_minor,
        bool_and(stg_crm_customers.marketing_consent) as marketing_consent,
        bool_or(stg_crm_customers.is_loyalty_member) as is_loyalty_member,
        min(
            case
                when stg_crm_customers.is_loyalty_member
                    then coalesce(stg_crm_customers.loyalty_joined_date, stg_crm_customers.signup_date)
            end
        ) as loyalty_joined_date
    from stg_crm_customers
    inner join int_customer_records
        on stg_crm_customers.customer_id = int_customer_records.customer_id
    group by int_customer_records.customer_no

),

golden_records as (

    select
        resolved_golden_record.customer_key,
        resolved_golden_record.acquisition_channel,
        resolved_golden_record.country,
        resolved_golden_record.birth_date,
        resolved_golden_record.postal_code is not null as has_postal_code,
        case
            when postal_regions.digits = length(regexp_replace(resolved_golden_record.postal_code, '[^0-9]', '', 'g'))
                then concat(
                    postal_regions.country,
                    '-',
                    left(
                        regexp_replace(resolved_golden_record.postal_code, '[^0-9]', '', 'g'),
                        cast(postal_regions.digits_kept as bigint)
                    )
                )
        end as postal_area
    from resolved_golden_record
    left join postal_regions
        on resolved_golden_record.country = postal_regions.country

)

select
    int_persons.customer_no,
    int_persons.customer_key,
    persons.source_record_count,
    persons.signup_date,
    golden_records.acquisition_channel,
    golden_records.country,
    golden_records.postal_area,
    golden_records.has_postal_code,
    golden_records.birth_date,
    -- Whole years at as_of: the difference of the years, minus one before the birthday.
    date_part('year', $as_of) - date_part('year', golden_records.birth_date)
    - case
        when
            date_part('month', $as_of) * 100 + date_part('day', $as_of)
            < date_part('month', golden_records.birth_date) * 100 + date_part('day', golden_records.birth_date)
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
inner join golden_records
    on int_persons.customer_key = golden_records.customer_key

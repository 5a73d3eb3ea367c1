-- Grain: one row per person known by as_of. Restricted: the only table with direct identifiers.
-- Contact details from the person's profile record, with e-mail and phone normalised. No intermediate model holds
-- them, so this mart reads staging.

select
    int_persons.customer_key,
    stg_crm_customers.email_key as email,
    stg_crm_customers.phone_key as phone,
    stg_crm_customers.first_name,
    stg_crm_customers.last_name,
    stg_crm_customers.birth_date,
    stg_crm_customers.postal_code,
    stg_crm_customers.city
from stg_crm_customers
inner join int_customer_records
    on stg_crm_customers.customer_id = int_customer_records.customer_id
inner join int_persons
    on int_customer_records.customer_no = int_persons.customer_no
where int_customer_records.is_profile_record

-- Grain: one row per person.
-- Purpose: combines all CRM records of a person.
select
    int_customer_persons.person_no,
    count(*) as crm_records,
    min(stg_customers.signup_date) as signup_date,
    sum(stg_customers.acquisition_cost_ore) as acquisition_cost_ore,
    bool_and(stg_customers.marketing_consent) as marketing_consent,
    bool_or(stg_customers.loyalty_member) as loyalty_member,
    min(stg_customers.loyalty_joined_at) as loyalty_joined_at
from stg_customers
inner join int_customer_persons
    on stg_customers.customer_id = int_customer_persons.customer_id
group by int_customer_persons.person_no

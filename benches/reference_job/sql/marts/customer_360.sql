-- Grain: one row per person, keyed by person_id.
-- Purpose: all that is known of a customer. Profile columns are those of the record that gives the person its name.
with profiles as (
    select
        int_persons.person_no,
        stg_customers.customer_id as person_id,
        stg_customers.email_key as email,
        stg_customers.phone_key as phone,
        stg_customers.birth_date,
        stg_customers.postal_code,
        stg_customers.city,
        stg_customers.country,
        stg_customers.acquisition_channel
    from int_persons
    inner join stg_customers
        on int_persons.person_id = stg_customers.customer_id
)

select
    profiles.person_id,
    int_customers.crm_records,
    profiles.email,
    profiles.phone,
    profiles.birth_date,
    profiles.postal_code,
    profiles.city,
    profiles.country,
    profiles.acquisition_channel,
    int_customers.signup_date,
    int_customers.marketing_consent,
    int_customers.loyalty_member,
    int_customers.loyalty_joined_at,
    local_timestamp(int_customers.first_purchase_at, $time_zone) as first_purchase_at,
    local_timestamp(int_customers.last_purchase_at, $time_zone) as last_purchase_at,
    $as_of - cast(local_timestamp(int_customers.last_purchase_at, $time_zone) as date) + 1 as recency_days,
    int_customers.orders,
    int_customers.return_lines,
    int_customers.units,
    int_customers.categories,
    int_customers.orders_store,
    int_customers.orders_web,
    int_customers.orders_app,
    int_customers.orders_phone,
    cast(
        cast(int_customers.net_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as revenue_net,
    cast(
        cast(int_customers.returned_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as returns_value,
    cast(
        cast(int_customers.cost_of_goods_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cogs,
    cast(
        cast(int_customers.net_ore - int_customers.cost_of_goods_ore as decimal(18, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as margin,
    int_customers.contacts,
    int_customers.contacts_web,
    int_customers.contacts_app,
    int_customers.contacts_email,
    int_customers.contacts_phone,
    int_customers.contacts_chat,
    int_customers.contacts_store,
    cast(
        cast(int_customers.tenths_of_minutes as decimal(18, 0)) * cast(0.1 as decimal(2, 1)) as decimal(18, 1)
    ) as service_minutes,
    cast(
        cast(int_customers.service_cost_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as service_cost,
    cast(
        cast(int_customers.acquisition_cost_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as acquisition_cost,
    cast(
        cast(int_customers.profit_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution_profit,
    int_customers.r_score,
    int_customers.f_score,
    int_customers.m_score,
    int_customers.segment,
    int_customers.lifecycle_stage,
    int_customers.surveys,
    int_customers.latest_nps
from profiles
inner join int_customers
    on profiles.person_no = int_customers.person_no

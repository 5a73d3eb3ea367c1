-- Grain: one row per person.
-- Purpose: every number about a customer in whole öre, with segment and lifecycle stage: the base of four marts.
with customers as (
    select
        int_person_profiles.person_no,
        int_person_profiles.crm_records,
        int_person_profiles.signup_date,
        int_person_profiles.marketing_consent,
        int_person_profiles.loyalty_member,
        int_person_profiles.loyalty_joined_at,
        int_person_purchases.first_purchase_at,
        int_person_purchases.last_purchase_at,
        coalesce(int_person_purchases.orders, 0) as orders,
        coalesce(int_person_purchases.return_lines, 0) as return_lines,
        coalesce(int_person_purchases.units, 0) as units,
        coalesce(int_person_purchases.categories, 0) as categories,
        coalesce(int_person_purchases.orders_store, 0) as orders_store,
        coalesce(int_person_purchases.orders_web, 0) as orders_web,
        coalesce(int_person_purchases.orders_app, 0) as orders_app,
        coalesce(int_person_purchases.orders_phone, 0) as orders_phone,
        coalesce(int_person_purchases.net_ore, 0) as net_ore,
        coalesce(int_person_purchases.returned_ore, 0) as returned_ore,
        coalesce(int_person_purchases.cost_of_goods_ore, 0) as cost_of_goods_ore,
        coalesce(int_person_service.contacts, 0) as contacts,
        coalesce(int_person_service.contacts_web, 0) as contacts_web,
        coalesce(int_person_service.contacts_app, 0) as contacts_app,
        coalesce(int_person_service.contacts_email, 0) as contacts_email,
        coalesce(int_person_service.contacts_phone, 0) as contacts_phone,
        coalesce(int_person_service.contacts_chat, 0) as contacts_chat,
        coalesce(int_person_service.contacts_store, 0) as contacts_store,
        coalesce(int_person_service.tenths_of_minutes, 0) as tenths_of_minutes,
        coalesce(int_person_service.cost_ore, 0) as service_cost_ore,
        int_person_profiles.acquisition_cost_ore,
        int_person_scores.r_score,
        int_person_scores.f_score,
        int_person_scores.m_score,
        coalesce(int_person_surveys.surveys, 0) as surveys,
        int_person_surveys.latest_nps
    from int_person_profiles
    left join int_person_purchases
        on int_person_profiles.person_no = int_person_purchases.person_no
    left join int_person_scores
        on int_person_profiles.person_no = int_person_scores.person_no
    left join int_person_service
        on int_person_profiles.person_no = int_person_service.person_no
    left join int_person_surveys
        on int_person_profiles.person_no = int_person_surveys.person_no
)

select
    customers.person_no,
    customers.crm_records,
    customers.signup_date,
    customers.marketing_consent,
    customers.loyalty_member,
    customers.loyalty_joined_at,
    customers.first_purchase_at,
    customers.last_purchase_at,
    customers.orders,
    customers.return_lines,
    customers.units,
    customers.categories,
    customers.orders_store,
    customers.orders_web,
    customers.orders_app,
    customers.orders_phone,
    customers.net_ore,
    customers.returned_ore,
    customers.cost_of_goods_ore,
    customers.contacts,
    customers.contacts_web,
    customers.contacts_app,
    customers.contacts_email,
    customers.contacts_phone,
    customers.contacts_chat,
    customers.contacts_store,
    customers.tenths_of_minutes,
    customers.service_cost_ore,
    customers.acquisition_cost_ore,
    customers.net_ore - customers.cost_of_goods_ore - customers.service_cost_ore
    - customers.acquisition_cost_ore as profit_ore,
    customers.r_score,
    customers.f_score,
    customers.m_score,
    case
        when customers.r_score is null then 'prospect'
        when customers.r_score >= 4 and customers.f_score >= 4 and customers.m_score >= 4 then 'champion'
        when customers.r_score >= 3 and customers.f_score >= 4 then 'loyal'
        when customers.r_score <= 2 and customers.m_score = 5 then 'big_spender_at_risk'
        when customers.r_score >= 4 and customers.f_score <= 2 then 'promising'
        when customers.r_score <= 2 and customers.f_score >= 3 then 'at_risk'
        when customers.r_score <= 2 then 'hibernating'
        else 'regular'
    end as segment,
    case
        when customers.orders = 0 then 'prospect'
        when customers.first_purchase_at >= $as_of_end - interval '90 days' then 'new'
        when customers.last_purchase_at >= $as_of_end - interval '180 days' then 'active'
        when customers.last_purchase_at >= $as_of_end - interval '365 days' then 'lapsing'
        else 'lost'
    end as lifecycle_stage,
    customers.surveys,
    customers.latest_nps
from customers

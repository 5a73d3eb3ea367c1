-- Grain: one row per person known by as_of.
-- The customer in one row, without direct identifiers: who, since when, and what the customer has bought. Each domain
-- that is on adds its columns by customer_key.

select
    int_customer_profiles.customer_key,
    $as_of as as_of,
    int_customer_profiles.source_record_count,
    int_customer_profiles.signup_date,
    int_customer_profiles.acquisition_channel,
    int_customer_profiles.country,
    case
        when int_postal_areas.persons >= $suppression_limit then int_postal_areas.postal_area
        when int_postal_areas.persons < $suppression_limit then 'other'
    end as region,
    case
        when int_customer_profiles.age between 0 and 17 then 'under 18'
        when int_customer_profiles.age between 18 and 24 then '18-24'
        when int_customer_profiles.age between 25 and 34 then '25-34'
        when int_customer_profiles.age between 35 and 44 then '35-44'
        when int_customer_profiles.age between 45 and 54 then '45-54'
        when int_customer_profiles.age between 55 and 64 then '55-64'
        when int_customer_profiles.age between 65 and 74 then '65-74'
        when int_customer_profiles.age between 75 and 120 then '75+'
        else 'unknown'
    end as age_band,
    int_customer_profiles.marketing_consent,
    int_customer_profiles.is_loyalty_member as loyalty_member,
    int_customer_profiles.loyalty_joined_date,
    int_customer_purchases.first_purchase_at,
    int_customer_purchases.first_purchase_date,
    int_customer_purchases.last_purchase_at,
    int_customer_purchases.last_purchase_date,
    coalesce(int_customer_purchases.order_count, 0) as order_count,
    money(coalesce(int_customer_purchases.net_minor, 0)) as net_revenue,
    int_customer_channels.primary_channel,
    coalesce(int_customer_channels.contacts_by_customer, 0) as contacts_by_customer,
    coalesce(int_customer_channels.contacts_by_company, 0) as contacts_by_company,
    coalesce(int_customer_channels.interactions, 0) as interactions
from int_customer_profiles
left join int_postal_areas
    on int_customer_profiles.postal_area = int_postal_areas.postal_area
left join int_customer_purchases
    on int_customer_profiles.customer_no = int_customer_purchases.customer_no
left join int_customer_channels
    on int_customer_profiles.customer_no = int_customer_channels.customer_no

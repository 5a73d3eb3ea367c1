-- Grain: one row per person known by as_of.
-- The customer in one row: who (without direct identifiers), where in the lifecycle, worth what, how
-- satisfied. Buyers have value tiers and scores; everybody else is in segment 'no purchase'.

select
    int_customer_profiles.customer_key,
    $as_of as as_of,
    int_customer_profiles.source_record_count,
    int_customer_profiles.signup_date,
    int_customer_profiles.acquisition_channel,
    int_customer_profiles.country,
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
    int_customer_stages.stage as lifecycle_stage,
    arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as lifecycle_stage_since,
    coalesce(int_customer_values.value_tier, 'none') as value_tier,
    coalesce(int_customer_values.potential_tier, 'none') as potential_tier,
    coalesce(int_customer_values.value_segment, 'no purchase') as value_segment,
    int_customer_rfm.recency_score,
    int_customer_rfm.frequency_score,
    int_customer_rfm.monetary_score,
    coalesce(int_customer_rfm.rfm_segment, 'no purchase') as rfm_segment,
    int_customer_purchases.first_purchase_at,
    int_customer_purchases.last_purchase_at,
    coalesce(int_customer_purchases.order_count, 0) as order_count,
    money(coalesce(int_customer_purchases.net_minor, 0)) as net_revenue,
    money(int_customer_profit.contribution_minor) as contribution_profit,
    int_customer_values.p_alive,
    int_customer_values.expected_orders_12m,
    money(int_customer_values.expected_margin_12m_minor) as expected_margin_12m,
    int_lifecycle_answers.nps as nps_latest,
    int_lifecycle_answers.nps_group as nps_category,
    int_customer_channels.primary_channel,
    coalesce(int_customer_channels.interactions, 0) as interactions
from int_customer_profiles
inner join int_customer_profit
    on int_customer_profiles.customer_no = int_customer_profit.customer_no
left join int_customer_purchases
    on int_customer_profiles.customer_no = int_customer_purchases.customer_no
left join int_customer_stages
    on
        int_customer_profiles.customer_no = int_customer_stages.customer_no
        and int_customer_stages.is_present
left join int_customer_values
    on
        int_customer_profiles.customer_no = int_customer_values.customer_no
        and int_customer_values.is_current
left join int_customer_rfm
    on
        int_customer_profiles.customer_no = int_customer_rfm.customer_no
        and int_customer_rfm.is_current
left join int_lifecycle_answers
    on
        int_customer_profiles.customer_no = int_lifecycle_answers.customer_no
        and int_lifecycle_answers.is_latest
left join int_customer_channels
    on int_customer_profiles.customer_no = int_customer_channels.customer_no

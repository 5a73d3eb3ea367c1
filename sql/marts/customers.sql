-- Grain: one row per person known by as_of.
-- The customer in one row: who (without direct identifiers), where in the lifecycle, worth what, how
-- satisfied. Buyers have value tiers and scores; everybody else is in segment 'no purchase'.

with present_stages as (

    select
        int_customer_stages.customer_no,
        int_customer_stages.stage,
        int_customer_stages.entered_at
    from int_customer_stages
    where int_customer_stages.left_at is null

),

latest_answers as (

    select
        int_lifecycle_answers.customer_no,
        int_lifecycle_answers.nps
    from int_lifecycle_answers
    where int_lifecycle_answers.next_at is null

)

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
    present_stages.stage as lifecycle_stage,
    arrow_cast(present_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as lifecycle_stage_since,
    coalesce(int_customer_values.value_tier, 'none') as value_tier,
    coalesce(int_customer_values.potential_tier, 'none') as potential_tier,
    coalesce(int_customer_values.value_segment, 'no purchase') as value_segment,
    int_customer_rfm.recency_score,
    int_customer_rfm.frequency_score,
    int_customer_rfm.monetary_score,
    coalesce(int_customer_rfm.rfm_segment, 'no purchase') as rfm_segment,
    int_value_inputs.first_purchase_at,
    int_value_inputs.last_purchase_at,
    int_customer_profit.order_count,
    money(int_customer_profit.net_minor) as net_revenue,
    money(int_customer_profit.contribution_minor) as contribution_profit,
    int_customer_values.p_alive,
    int_customer_values.expected_orders_12m,
    money(int_customer_values.expected_margin_12m_minor) as expected_margin_12m,
    latest_answers.nps as nps_latest,
    case
        when latest_answers.nps >= 9 then 'promoter'
        when latest_answers.nps >= 7 then 'passive'
        when latest_answers.nps >= 0 then 'detractor'
    end as nps_category,
    int_customer_channels.primary_channel,
    int_customer_profit.interactions
from int_customer_profiles
inner join int_customer_profit
    on int_customer_profiles.customer_no = int_customer_profit.customer_no
left join present_stages
    on int_customer_profiles.customer_no = present_stages.customer_no
left join int_value_inputs
    on
        int_customer_profiles.customer_no = int_value_inputs.customer_no
        and int_value_inputs.is_current
left join int_customer_values
    on
        int_customer_profiles.customer_no = int_customer_values.customer_no
        and int_customer_values.is_current
left join int_customer_rfm
    on
        int_customer_profiles.customer_no = int_customer_rfm.customer_no
        and int_customer_rfm.is_current
left join latest_answers
    on int_customer_profiles.customer_no = latest_answers.customer_no
left join int_customer_channels
    on int_customer_profiles.customer_no = int_customer_channels.customer_no
